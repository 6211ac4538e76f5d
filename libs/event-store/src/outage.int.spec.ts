import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedEventStore, startEmbeddedEventStore } from '@slipway/embedded-event-store';
import { SlipwayError } from '@slipway/kernel';
import { appendOrConflict } from './append-or-conflict.js';
import { CuttableLink } from './cuttable-link.js';
import { type EventStore, UnknownOutcome } from './event-store.js';
import { connectEventStore } from './event-store-db.js';
import { collect, newEvent, numbered, numberOf, until } from './testing.js';

// Each test starts a server of its own, on machines that may be busy.
jest.setTimeout(30_000);

/** Appends may be lost, late or unanswered here, so each test proves what the log holds in the end. */
describe('when the network fails', () => {
  let directory: string;
  let server: EmbeddedEventStore;
  let link: CuttableLink;
  let store: EventStore;
  let unhandled: unknown[];
  const note = (error: unknown): void => void unhandled.push(error);

  beforeEach(async () => {
    unhandled = [];
    process.on('unhandledRejection', note).on('uncaughtException', note);
    directory = await mkdtemp(join(tmpdir(), 'event-store-'));
    server = await startEmbeddedEventStore({ directory });
    link = await CuttableLink.to(server.port);
    store = connectEventStore({ connectionString: `esdb://127.0.0.1:${link.port}?tls=false`, appendTimeoutMs: 300 });
    await store.append('thing-first', numbered(1), 'no-stream');
  });
  afterEach(async () => {
    link.cut();
    await store.close();
    await link.close();
    await server.close();
    await rm(directory, { recursive: true });
    process.off('unhandledRejection', note).off('uncaughtException', note);
    expect(unhandled).toEqual([]);
  });

  test('an append without an answer in time is an unknown outcome; later ones work', async () => {
    link.freeze();
    await expect(store.append('thing-1', numbered(1), 'no-stream')).rejects.toThrow(UnknownOutcome);
    link.thaw();
    await store.append('thing-2', numbered(1), 'no-stream');
  });

  test('an append that was stuck arrives late or never, and once when it is sent again', async () => {
    const events = numbered(2);
    link.freeze();
    await expect(store.append('thing-1', events, 'no-stream')).rejects.toThrow(UnknownOutcome);
    link.thaw();
    expect(await appendOrConflict(store, 'thing-1', events, -1)).toMatchObject({ revision: 1 });
    expect((await collect(store.read('thing-1'))).map(numberOf)).toEqual([0, 1]);
  });

  test('many large appends on a connection that freezes and breaks all end, and end no process', async () => {
    const large = 'x'.repeat(200_000);
    link.freeze();
    const outcomes = Array.from({ length: 100 }, (_, index) => store.append(`thing-${index}`, [newEvent({ large })], 'no-stream'));
    setTimeout(() => link.cut(), 500);
    for (const outcome of await Promise.allSettled(outcomes)) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(UnknownOutcome);
    }
    expect(await store.append('thing-last', numbered(1), 'no-stream')).toMatchObject({ revision: 0 });
  });

  test('a store whose connection breaks does not harm another in the process', async () => {
    const other = connectEventStore({ connectionString: server.connectionString, appendTimeoutMs: 300 });
    const write = (to: EventStore, name: string): Promise<void[]> =>
      Promise.all(Array.from({ length: 10 }, async (_, writer) => {
        for (let number = 0; number < 15; number++) await appendAtLast(to, `thing-${name}-${writer}-${number}`, number);
      }));
    await whileCutting(link, () => Promise.all([write(store, 'far'), write(other, 'near')]));
    expect(await collect(other.readAll())).toHaveLength(301);
    await other.close();
  });

  test('a reader is told that the store does not answer, and reads again afterwards', async () => {
    await server.close();
    await expect(collect(store.read('thing-first'))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(store.head()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    server = await startEmbeddedEventStore({ directory, port: server.port });
    await answering(store);
    expect(await collect(store.read('thing-first'))).toHaveLength(1);
  });

  test('while connections break again and again, writers, a follower and a consumer lose and double nothing', async () => {
    const followed: number[] = [];
    const consumed = new Set<number>();
    const failures: unknown[] = [];
    store.follow({ name: 'follower', from: await store.head(), onEvent: (event) => void followed.push(numberOf(event)), onFailed: (error) => failures.push(error) });
    const consume = async (event: { data: unknown }): Promise<void> => void consumed.add(numberOf(event));
    store.consume({ group: 'group', filter: { prefixes: ['thing-'] }, onEvent: consume, onError: (error) => failures.push(error) });
    const numbers = Array.from({ length: 300 }, (_, index) => index + 1);
    await whileCutting(link, async () => {
      for (let begin = 0; begin < numbers.length; begin += 10) {
        await Promise.all(numbers.slice(begin, begin + 10).map((number) => appendAtLast(store, `thing-${number}`, number)));
      }
    });
    await until(() => followed.length >= numbers.length && consumed.size > numbers.length);
    expect((await collect(store.readAll())).map(numberOf).sort((a, b) => a - b)).toEqual([0, ...numbers]);
    expect([...followed].sort((a, b) => a - b)).toEqual(numbers);
    expect(failures).toEqual([]);
  });
});

/** Breaks the connections again and again while the work goes on. */
async function whileCutting(link: CuttableLink, work: () => Promise<unknown>): Promise<void> {
  const cutting = setInterval(() => link.cut(), 100);
  try {
    await work();
  } finally {
    clearInterval(cutting);
  }
}

/** As a caller would: the same events again until the store has said what became of them. */
async function appendAtLast(store: EventStore, stream: string, number: number): Promise<void> {
  const events = numbered(1, number);
  for (let sent = 0; sent < 100; sent++) {
    try {
      await store.append(stream, events, 'no-stream');
      return;
    } catch (error) {
      if (!(error instanceof UnknownOutcome)) throw error;
      await sleep(10);
    }
  }
  throw new Error(`${stream}: no answer to 100 appends`);
}

/** Resolves when the store answers a read. */
async function answering(store: EventStore): Promise<void> {
  for (let asked = 0; asked < 100; asked++) {
    try {
      await store.head();
      return;
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      await sleep(50);
    }
  }
  throw new Error('no answer to 100 reads');
}

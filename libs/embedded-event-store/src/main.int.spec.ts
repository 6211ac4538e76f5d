import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { EventStoreDBClient, persistentSubscriptionToStreamSettingsFromDefaults, START } from '@eventstore/db-client';

import { DirectoryInUse, startEmbeddedEventStore } from './index.js';
import { TestProgram } from './testing/test-process.js';
import { collect, eventually, failureOf, numberOf, testEvent, testEvents } from './testing/test-support.js';

jest.setTimeout(30_000);

const program = new TestProgram();
let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'embedded-event-store-'))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));
afterAll(() => program.remove());

const env = (port = '0') => ({ SLIPWAY_EVENTSTORE_DIR: directory, SLIPWAY_EVENTSTORE_PORT: port });

it('says one line when it is ready, and ends in order on SIGTERM', async () => {
  const running = program.start(env());
  const { ready, port, connectionString } = await running.ready();
  expect({ ready, connectionString }).toEqual({ ready: true, connectionString: `esdb://127.0.0.1:${port}?tls=false` });
  const client = EventStoreDBClient.connectionString(connectionString);
  await client.appendToStream('stream', testEvents(3));
  const failed = new Promise<{ type: string }>((resolve) => client.subscribeToAll().on('error', resolve as never).on('data', () => undefined));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await running.kill('SIGTERM')).toBe(0);
  expect((await failed).type).toBe('unavailable');
  expect(running.stdout.trim().split('\n')).toHaveLength(1);
  expect(running.stderr).toBe('');
  await client.dispose();
});

it('refuses a directory that another process owns, with exit code 6', async () => {
  const store = await startEmbeddedEventStore({ directory });
  const running = program.start(env());
  expect(await running.exit).toBe(6);
  expect(running.stderr).toMatch(/^embedded event store: .*is in use by another process\n$/);
  expect(await failureOf(startEmbeddedEventStore({ directory }))).toBeInstanceOf(DirectoryInUse);
  await store.close();
  await (await startEmbeddedEventStore({ directory })).close();
});

it.each([
  [{ SLIPWAY_EVENTSTORE_PORT: '2113' }, 'SLIPWAY_EVENTSTORE_DIR'],
  [{ SLIPWAY_EVENTSTORE_DIR: '/tmp/x', SLIPWAY_EVENTSTORE_PORT: 'many' }, 'SLIPWAY_EVENTSTORE_PORT'],
  [{ SLIPWAY_EVENTSTORE_DIR: '/tmp/x', SLIPWAY_EVENTSTORE_SYSTEM_PROJECTIONS: 'yes' }, 'SLIPWAY_EVENTSTORE_SYSTEM_PROJECTIONS'],
  [{ SLIPWAY_EVENTSTORE_DIR: '/dev/null/x' }, 'cannot start'],
])('refuses a bad configuration with one line and exit code 2: %j', async (bad, text) => {
  const running = program.start(bad);
  expect(await running.exit).toBe(2);
  expect(running.stderr).toContain(text);
  expect(running.stderr.trim().split('\n')).toHaveLength(1);
});

it('runs operations on a store that a server has open', async () => {
  const running = program.start(env());
  const client = EventStoreDBClient.connectionString((await running.ready()).connectionString);
  await client.appendToStream('stream', testEvents(3));
  const check = program.start(env(), ['check']);
  expect([await check.exit, check.stdout, check.stderr]).toEqual([0, expect.stringMatching(/^3 events of 1 stream, .*: 0 findings\n$/), '']);
  const scavenge = program.start(env(), ['scavenge']);
  expect([await scavenge.exit, scavenge.stderr]).toEqual([6, expect.stringContaining('in use')]);
  await client.dispose();
  expect(await running.kill('SIGTERM')).toBe(0);
});

it('loses no acknowledged append when it is killed under load, and needs no repair', async () => {
  const acknowledged = new Map<string, number>();
  for (let round = 0; round < 3; round++) {
    const running = program.start(env());
    const client = EventStoreDBClient.connectionString((await running.ready()).connectionString);
    let stop = false;
    const writers = Array.from({ length: 20 }, async (_, writer) => {
      const stream = `stream-${writer}`;
      while (!stop) {
        // An append that is under way when the server dies may hang in the client: nothing waits for it.
        const n = acknowledged.get(stream) ?? 0;
        const { nextExpectedRevision } = await client.appendToStream(stream, testEvent(n));
        acknowledged.set(stream, Number(nextExpectedRevision) + 1);
      }
    });
    for (const writer of writers) writer.catch(() => undefined);
    await eventually(() => [...acknowledged.values()].reduce((sum, n) => sum + n, 0) > (round + 1) * 1000, 15_000);
    await running.kill('SIGKILL');
    stop = true;
    await client.dispose();
  }
  const store = await startEmbeddedEventStore({ directory });
  const client = EventStoreDBClient.connectionString(store.connectionString);
  for (const [stream, count] of acknowledged) {
    const revisions = (await collect(client.readStream(stream))).map(({ event }) => event!.revision);
    expect(revisions.length).toBeGreaterThanOrEqual(count);
    expect(revisions).toEqual(Array.from(revisions, (_, n) => BigInt(n)));
  }
  await client.dispose();
  await store.close();
});

it('goes on with a persistent subscription near its checkpoint after it is killed', async () => {
  const first = program.start(env());
  const before = EventStoreDBClient.connectionString((await first.ready()).connectionString);
  await before.appendToStream('stream', testEvents(300));
  const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, checkPointUpperBound: 50 });
  await before.createPersistentSubscriptionToStream('stream', 'group', settings);
  const consume = (client: EventStoreDBClient) => {
    const seen: number[] = [];
    const subscription = client.subscribeToPersistentSubscriptionToStream('stream', 'group');
    subscription.on('error', () => undefined);
    subscription.on('data', (resolved) => {
      seen.push(numberOf(resolved));
      void subscription.ack(resolved);
    });
    return { seen, subscription };
  };
  const { seen } = consume(before);
  await eventually(() => seen.length === 300);
  await new Promise((resolve) => setTimeout(resolve, 200));
  await first.kill('SIGKILL');
  await before.dispose();

  const second = program.start(env());
  const after = EventStoreDBClient.connectionString((await second.ready()).connectionString);
  await after.appendToStream('stream', testEvent(300));
  const again = consume(after);
  await eventually(() => again.seen.includes(300));
  expect(again.seen[0]).toBeGreaterThanOrEqual(250);
  await again.subscription.unsubscribe();
  await after.dispose();
  expect(await second.kill('SIGINT')).toBe(0);
});

import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';

import { binaryEvent, EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import Database from 'better-sqlite3';

import { runOperation } from './operations-cli.js';
import { startEmbeddedEventStore } from '../server.js';
import { eventsFile } from '../storage/store-file.js';
import { collect, failureOf, TestStore, testEvent, testEvents } from '../testing/test-support.js';

jest.setTimeout(20_000);

let store: TestStore;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'embedded-event-store-operations-'));
  store = new TestStore();
  await store.start();
});
afterEach(async () => {
  await store.remove();
  rmSync(folder, { recursive: true, force: true });
});

const file = (name: string): string => join(folder, name);

async function run(args: string[], input = ''): Promise<{ code: number; out: string; err: string }> {
  const chunks = { out: '', err: '' };
  const sink = (key: 'out' | 'err'): Writable =>
    new Writable({
      write(chunk: Buffer, _encoding, next) {
        chunks[key] += chunk.toString();
        next();
      },
    });
  const streams = { stdin: Readable.from([input]), stdout: sink('out'), stderr: sink('err') };
  const code = await runOperation(args, { SLIPWAY_EVENTSTORE_DIR: store.directory }, streams);
  return { code, ...chunks };
}

/** Everything of `$all` as a reader sees it. */
async function everything(client: EventStoreDBClient, withTimes = true) {
  return (await collect(client.readAll())).map(({ event }) => ({
    ...event!,
    metadata: event!.metadata as unknown,
    ...(withTimes ? {} : { created: undefined, position: undefined }),
  }));
}

async function fillWithEverything(): Promise<void> {
  const { client } = store;
  await client.appendToStream('order-1', testEvents(5));
  await client.appendToStream('order-2', binaryEvent({ type: 'Raw', data: Buffer.from([0, 255, 10, 13]), metadata: Buffer.from([1, 2]) }));
  await client.appendToStream('order-1', jsonEvent({ type: 'Ünïcode "q"\n', data: { text: 'ä\u2028', big: 1e300 }, metadata: { $correlationId: 'c' } }));
  await client.setStreamMetadata('order-1', { maxCount: 100, owner: 'me' });
  await client.appendToStream('gone', testEvents(4));
  await client.tombstoneStream('gone');
  await client.appendToStream('soft', testEvents(3));
  await client.deleteStream('soft');
  await client.appendToStream('back', testEvents(3));
  await client.deleteStream('back');
  await client.appendToStream('back', testEvents(2));
  await client.tombstoneStream('never-written', { expectedRevision: NO_STREAM });
}

describe('check', () => {
  it('passes a store with everything in it, also while the server runs', async () => {
    await fillWithEverything();
    expect(await run(['check'])).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+ events of \d+ streams, .*: 0 findings\n$/) as string });
    await store.stop();
    expect((await run(['check'])).code).toBe(0);
    await store.start();
  });

  it.each([
    ['DELETE FROM event WHERE position = 2', /order-1: revision 2 where 1 should be/],
    ['UPDATE event SET record = substr(record, 1, 60) WHERE position = 3', /position 3: the record does not decode/],
    ['UPDATE event SET stream = 2, revision = 7 WHERE position = 3', /position 3: the record is of stream order-1/],
    ["UPDATE stream SET tombstoned = 1 WHERE name = 'order-1'", /order-1: its tombstone mark/],
    ["INSERT INTO stream (name) VALUES ('empty')", /1 streams have no event/],
  ])('finds what %s did', async (sql, finding) => {
    await fillWithEverything();
    await store.stop();
    const db = new Database(eventsFile(store.directory));
    db.exec(sql);
    db.close();
    const { code, out } = await run(['check']);
    expect({ code, out }).toEqual({ code: 1, out: expect.stringMatching(finding) as string });
  });
});

describe('backup and restore', () => {
  it('copies a store that is written to, and makes a store of the copy', async () => {
    await fillWithEverything();
    const before = await everything(store.client);
    let writing = true;
    const writer = (async () => {
      while (writing) await store.client.appendToStream('busy', testEvents(5));
    })();
    expect(await run(['backup', file('copy')])).toMatchObject({ code: 0, err: '' });
    writing = false;
    await writer;
    expect((await run(['check', file('copy')])).code).toBe(0);
    expect(statSync(file('copy')).mode & 0o777).toBe(0o600);
    expect((await run(['backup', file('copy')])).err).toMatch(/exists already/);

    expect((await run(['restore', file('copy'), '--dir', file('restored')])).code).toBe(0);
    const server = await startEmbeddedEventStore({ directory: file('restored') });
    const client = EventStoreDBClient.connectionString(server.connectionString);
    expect((await everything(client)).slice(0, before.length)).toEqual(before);
    await client.appendToStream('order-1', testEvent(9), { expectedRevision: 5n });
    await client.dispose();
    await server.close();
    expect(await run(['restore', file('copy'), '--dir', file('restored')])).toMatchObject({ code: 1, err: expect.stringMatching(/not empty/) as string });
  });

  it('refuses to restore what is no backup', async () => {
    const other = new Database(file('other'));
    other.exec('CREATE TABLE x (y)');
    other.close();
    expect(await run(['restore', file('other'), '--dir', file('new')])).toMatchObject({ code: 1, err: expect.stringMatching(/not an event store/) as string });
    expect((await run(['restore', file('none'), '--dir', file('new')])).code).toBe(1);
  });
});

describe('scavenge', () => {
  it('frees the space of what nobody sees, and changes no stream read, revision or position', async () => {
    const { client } = store;
    const big = (n: number) => Array.from({ length: n }, () => jsonEvent({ type: 'Big', data: { text: 'x'.repeat(2000) } }));
    await fillWithEverything();
    for (const name of ['counted', 'truncated', 'aged', 'kept', 'ended', 'hidden']) await client.appendToStream(name, big(200));
    await client.setStreamMetadata('counted', { maxCount: 3 });
    await client.setStreamMetadata('truncated', { truncateBefore: 150 });
    await client.setStreamMetadata('aged', { maxAge: 1 });
    await client.tombstoneStream('ended');
    await client.deleteStream('hidden');
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await client.appendToStream('aged', big(2));
    await client.setStreamMetadata('aged', { maxAge: 1000 });
    await client.setStreamMetadata('aged', { maxAge: 1 });
    const streams = ['order-1', 'order-2', 'back', 'counted', 'truncated', 'kept', '$$counted', '$$aged', '$$back'];
    const view = async () => {
      const all: unknown[] = [];
      for (const name of streams) {
        all.push(await collect(store.client.readStream(name)), await collect(store.client.readStream(name, { direction: 'backwards', fromRevision: 'end' })));
      }
      for (const name of ['gone', 'ended', 'soft', 'hidden']) all.push((await failureOf(collect(store.client.readStream(name)))).type);
      return all;
    };
    const before = await view();
    const log = new Map((await everything(client)).map((event) => [event.id, event]));
    expect((await run(['scavenge'])).code).toBe(6);
    await store.stop();
    const size = statSync(eventsFile(store.directory)).size;
    expect(await run(['scavenge'])).toMatchObject({ code: 0, out: expect.stringMatching(/^removed 9\d\d events of \d+ streams/) as string });
    expect(statSync(eventsFile(store.directory)).size).toBeLessThan(size / 2);
    expect((await run(['check'])).out).toMatch(/ 0 findings/);
    expect((await run(['scavenge'])).out).toMatch(/^removed 0 events of 0 streams/);
    await store.start();
    expect(await view()).toEqual(before);
    for (const event of await everything(store.client)) expect(event).toEqual(log.get(event.id));
    expect((await collect(store.client.readStream('aged'))).every(({ event }) => event!.revision >= 200n)).toBe(true);
    await store.client.appendToStream('hidden', testEvent(1), { expectedRevision: 199n });
    await store.client.appendToStream('counted', testEvent(1), { expectedRevision: 199n });
    expect((await collect(store.client.readStream('hidden'))).map(({ event }) => event!.revision)).toEqual([200n]);
  });
});

describe('export and import', () => {
  it('moves a store into an empty one with everything as it was', async () => {
    await fillWithEverything();
    const before = await everything(store.client);
    expect((await run(['export', file('events.ndjson')])).code).toBe(0);
    const { out } = await run(['export']);
    expect(out.trimEnd().split('\n')).toHaveLength(before.length);
    expect((await run(['import', file('events.ndjson'), '--dir', file('new')])).out).toMatch(new RegExp(`^imported ${before.length} events`));
    expect((await run(['check', '--dir', file('new')])).code).toBe(0);
    expect((await run(['export', '--dir', file('new')])).out).toBe(out);
    expect(await run(['import', '--dir', file('new')], out)).toMatchObject({ code: 1, err: expect.stringMatching(/not empty/) as string });
  });

  it('moves record times that go back, and an event that only looks like a tombstone', async () => {
    await store.client.appendToStream('s', [testEvent(0), testEvent(1), testEvent(2, '$streamDeleted'), testEvent(3)]);
    const lines = (await run(['export'])).out.trimEnd().split('\n');
    const times = ['2024-01-02T00:00:00.000Z', '2024-01-01T00:00:00.000Z', '2024-01-03T00:00:00.000Z', '2024-01-03T00:00:00.000Z'];
    const moved = lines.map((line, index) => line.replace(/"created":"[^"]*"/, `"created":"${times[index]}"`)).join('\n');
    expect(await run(['import', '--dir', file('new')], moved)).toMatchObject({ code: 0, err: '' });
    expect(await run(['check', '--dir', file('new')])).toMatchObject({ code: 0 });
    expect((await run(['export', '--dir', file('new')])).out).toBe(`${moved}\n`);
  });

  it('refuses bad lines and leaves nothing behind', async () => {
    await store.client.appendToStream('s', testEvents(2));
    const [first, second] = (await run(['export'])).out.split('\n') as [string, string];
    for (const [input, problem] of [
      ['{', /line 1/],
      [`${first}\n{"id":1}`, /line 2: id must be a UUID/],
      [`${second}\n${first}`, /position 1 behind 2/],
      [`${first}\n${first.replace('"position":1', '"position":2')}`, /where revision 1 should be/],
    ] as const) {
      expect(await run(['import', '--dir', file('new')], input)).toMatchObject({ code: 1, err: expect.stringMatching(problem) as string });
    }
    expect((await run(['import', '--dir', file('new')], `${first}\n\n${second}\n`)).out).toBe(`imported 2 events of 1 stream into ${file('new')}\n`);
  });

  it('appends to a running server through the official client, and goes on when it is run again', async () => {
    await fillWithEverything();
    await store.client.appendToStream('long', testEvents(1200));
    const before = await everything(store.client, false);
    const lines = (await run(['export'])).out;
    const target = await startEmbeddedEventStore({ directory: file('target') });
    const part = lines.split('\n').slice(0, 700).join('\n');
    const to = ['import', '--to', target.connectionString];
    expect(await run(to, part)).toMatchObject({ code: 0, err: '' });
    expect(await run(to, lines)).toMatchObject({ code: 0, err: '' });
    expect(await run(to, lines)).toMatchObject({ code: 0, err: '' });
    const client = EventStoreDBClient.connectionString(target.connectionString);
    const after = await everything(client, false);
    // Soft deletes, what ends them, and tombstones are made by the target, under ids of its own.
    const own = (type: string, data: unknown): boolean => type === '$streamDeleted' || JSON.stringify(data).includes('"$tb":');
    const same = (events: typeof before) => events.map((event) => (own(event.type, event.data) ? { ...event, id: '' } : event));
    expect(same(after)).toEqual(same(before));
    await client.appendToStream('order-2', testEvent(1));
    await client.dispose();
    const other = lines.replace(/[0-9a-f]{8}-/, '00000000-');
    expect(await run(to, other)).toMatchObject({ code: 1 });
    await target.close();
  });
});

it.each([
  [[], 'there is no command'],
  [['polish'], 'there is no command polish'],
  [['backup'], 'needs the name'],
  [['check', 'a', 'b'], 'takes no argument b'],
  [['check', '--to', 'x'], 'belong to import'],
  [['check', '--what'], "Unknown option '--what'"],
  [['import', '--to', 'nonsense'], '--to must be a connection string'],
])('refuses wrong usage with exit code 2: %j', async (args, text) => {
  expect(await run(args)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(text) as string });
});

it('explains itself', async () => {
  expect(await run(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('scavenge') as string });
});

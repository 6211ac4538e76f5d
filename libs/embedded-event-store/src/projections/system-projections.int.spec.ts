import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { EventStoreDBClient, jsonEvent, START } from '@eventstore/db-client';

import { exportLines } from '../operations/export-events.js';
import { importEvents } from '../operations/import-events.js';
import { readEventLines } from '../operations/line-source.js';
import { startEmbeddedEventStore, type EmbeddedEventStore } from '../server.js';
import { TestProgram } from '../testing/test-process.js';
import { collect, eventually, failureOf, testEvent, testEvents } from '../testing/test-support.js';

jest.setTimeout(30_000);

let directory: string;
let server: EmbeddedEventStore;
let client: EventStoreDBClient;

async function start(systemProjections = true, where = directory): Promise<void> {
  server = await startEmbeddedEventStore({ directory: where, systemProjections });
  client = EventStoreDBClient.connectionString(server.connectionString);
}

async function stop(): Promise<void> {
  await client.dispose();
  await server.close();
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'embedded-event-store-projections-'));
  await start();
});
afterEach(async () => {
  await stop();
  rmSync(directory, { recursive: true, force: true });
});

/** What the links of a stream point to, once it has this many. */
async function links(stream: string, count: number): Promise<string[]> {
  const read = async () => {
    try {
      return await collect(client.readStream(stream, { resolveLinkTos: false }));
    } catch (error) {
      if ((error as { type?: string }).type === 'stream-not-found') return [];
      throw error;
    }
  };
  await eventually(async () => (await read()).length >= count);
  return (await read()).map(({ event }) => Buffer.from(event!.data as Uint8Array).toString());
}

const targetsOf = (stream: string, from: number, count: number): string[] => Array.from({ length: count }, (_, n) => `${from + n}@${stream}`);

it('links events by category, type, stream and correlation', async () => {
  await client.appendToStream('order-eu-1', testEvents(2, 'Placed'));
  await client.appendToStream('order-2', jsonEvent({ type: 'Paid', data: {}, metadata: { $correlationId: 'c-1' } }));
  await client.appendToStream('plain', jsonEvent({ type: 'Placed', data: {}, metadata: { $correlationId: 'c-1' } }));
  await client.setStreamMetadata('plain', { maxCount: 5 });
  await client.appendToStream('$own-system', testEvent(1, 'Placed'));
  expect(await links('$et-$metadata', 1)).toEqual(['0@$$plain']);
  expect(await links('$ce-order', 3)).toEqual(['0@order-eu-1', '1@order-eu-1', '0@order-2']);
  expect(await links('$et-Placed', 3)).toEqual(['0@order-eu-1', '1@order-eu-1', '0@plain']);
  expect(await links('$bc-c-1', 2)).toEqual(['0@order-2', '0@plain']);
  expect(await links('$streams', 4)).toEqual(['0@order-eu-1', '0@order-2', '0@plain', '0@$$plain']);
});

it('gives the events themselves to readers and subscribers that resolve links, with the link beside them', async () => {
  const seen: string[] = [];
  const subscription = client.subscribeToStream('$ce-order', { fromRevision: START, resolveLinkTos: true });
  subscription.on('data', ({ event, link }) => seen.push(`${event!.type} ${event!.revision}@${event!.streamId} by ${link!.revision}@${link!.streamId}`));
  await client.appendToStream('order-1', testEvents(2, 'Placed'));
  await eventually(() => seen.length === 2);
  expect(seen).toEqual(['Placed 0@order-1 by 0@$ce-order', 'Placed 1@order-1 by 1@$ce-order']);
  const [first] = await collect(client.readStream('$ce-order', { resolveLinkTos: true, maxCount: 1 }));
  expect(first).toMatchObject({ event: { streamId: 'order-1' }, link: { type: '$>', metadata: { $o: 'order-1', $causedBy: first!.event!.id } } });
  await subscription.unsubscribe();
});

it('tells of deletions, and passes links on', async () => {
  await client.appendToStream('order-1', testEvents(1));
  await client.appendToStream('order-2', testEvents(1));
  await client.tombstoneStream('order-1');
  await client.deleteStream('order-2');
  expect(await links('$et-$deleted', 2)).toEqual(['9223372036854775807@order-1', '0@order-2']);
  expect((await links('$ce-order', 4)).slice(2)).toEqual(['9223372036854775807@order-1', '0@$$order-2']);
  expect(await collect(client.readStream('$ce-order', { resolveLinkTos: true, maxCount: 1 }))).toMatchObject([{ link: { revision: 0n } }]);
});

it('is off unless switched on, and then links what is there already', async () => {
  await stop();
  await start(false);
  await client.appendToStream('order-1', testEvents(700));
  expect((await failureOf(collect(client.readStream('$ce-order')))).type).toBe('stream-not-found');
  await stop();
  await start();
  expect(await links('$ce-order', 700)).toEqual(targetsOf('order-1', 0, 700));
  await client.appendToStream('order-1', testEvent(1));
  expect(await links('$ce-order', 701)).toHaveLength(701);
});

it('links nothing twice in a store that was imported with its links', async () => {
  await client.appendToStream('order-1', testEvents(20));
  await links('$et-Counted', 20);
  await stop();
  const lines = [...exportLines(directory)].join('');
  const copy = join(directory, 'copy');
  await importEvents(copy, readEventLines(Readable.from([lines])));
  await start(true, copy);
  await client.appendToStream('order-1', testEvent(20));
  expect(await links('$ce-order', 21)).toEqual(targetsOf('order-1', 0, 21));
});

it('links every event exactly once over kills', async () => {
  const program = new TestProgram();
  await stop();
  for (let round = 0; round < 4; round++) {
    const running = program.start({ SLIPWAY_EVENTSTORE_DIR: directory, SLIPWAY_EVENTSTORE_PORT: '0', SLIPWAY_EVENTSTORE_SYSTEM_PROJECTIONS: 'true' });
    const writer = EventStoreDBClient.connectionString((await running.ready()).connectionString);
    for (let n = 0; n < 20; n++) await writer.appendToStream('order-1', testEvents(50));
    await running.kill('SIGKILL');
    await writer.dispose();
  }
  program.remove();
  await start();
  expect(await links('$ce-order', 4000)).toEqual(targetsOf('order-1', 0, 4000));
  expect(await links('$et-Counted', 4000)).toEqual(targetsOf('order-1', 0, 4000));
});

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import type { BuildStarted, BuildSubject } from '@slipway/build';
import { type EmbeddedEventStore, startEmbeddedEventStore } from '@slipway/embedded-event-store';
import { connectEventStore, type EventStore, InMemoryEventStore } from '@slipway/event-store';
import { makeRepository, processesWith, shell, subjectWith, temporaryFolder, until } from './build.fixtures.js';
import { cut, dataOf, historyUntil, startReplica, types } from './service.fixtures.js';

jest.setTimeout(60_000);

const folder = temporaryFolder();
let source: { repository: string; commit: string };
let replicas: INestApplicationContext[] = [];

beforeAll(async () => {
  source = await makeRepository(join(folder, 'repository'), { 'main.txt': 'hello' });
});
async function closeReplicas(): Promise<void> {
  const open = replicas;
  replicas = [];
  await Promise.all(open.map((replica) => replica.close()));
  expect(processesWith(folder)).toEqual([]);
}

const subjectOf = (line: string, application = 'acme/shop'): BuildSubject => subjectWith([shell(line)], { ...source, application });

/** Recipes that never give the same bytes twice: a second build would be a second snapshot. */
const subjectsOf = (count: number): BuildSubject[] => Array.from({ length: count }, (_, index) => subjectOf('sleep 0.1; date +%N > out', `acme/app${index}`));

async function buildWithTwo(stores: readonly [EventStore, EventStore], count: number): Promise<Set<string>> {
  const root = join(folder, randomUUID());
  const names = ['build-1', 'build-2'];
  replicas = await Promise.all(names.map((instance, index) => startReplica(stores[index]!, { root, instance, parallel: 3 })));
  const subjects = subjectsOf(count);
  await Promise.all(subjects.map((subject) => cut(stores[0], subject)));
  const workers = new Set<string>();
  for (const subject of subjects) {
    const events = await historyUntil(stores[0], subject, 'BuildSucceeded');
    expect(types(events)).toEqual(['BuildRequested', 'BuildStarted', 'BuildSucceeded']);
    workers.add((events[1]!.data as BuildStarted['data']).worker);
  }
  return workers;
}

it('two replicas over one log in memory build each candidate once, and share the work', async () => {
  const store = new InMemoryEventStore();
  expect(await buildWithTwo([store, store], 12)).toEqual(new Set(['build-1', 'build-2']));
  await closeReplicas();
});

describe('over the embedded event store', () => {
  let directory: string;
  let server: EmbeddedEventStore;
  let stores: [EventStore, EventStore];

  beforeEach(async () => {
    directory = join(folder, randomUUID());
    server = await startEmbeddedEventStore({ directory });
    stores = [connectEventStore(server), connectEventStore(server)];
  });
  afterEach(async () => {
    await closeReplicas();
    await Promise.all(stores.map((store) => store.close()));
    await server.close();
  });

  it('two replicas build each candidate once, and share the work', async () => {
    expect(await buildWithTwo(stores, 12)).toEqual(new Set(['build-1', 'build-2']));
  });

  it('a build outlives a restart of the store', async () => {
    const [store] = stores;
    const root = join(folder, randomUUID());
    replicas = [await startReplica(store, { root })];
    const subject = subjectOf('sleep 1.5; date +%N > out');
    await cut(store, subject);
    await until(() => processesWith(join(dataOf(root), 'work')).length > 0);
    await server.close();
    await sleep(3_000);
    server = await startEmbeddedEventStore({ directory, port: server.port });
    expect(types(await historyUntil(store, subject, 'BuildSucceeded'))).toEqual(['BuildRequested', 'BuildStarted', 'BuildSucceeded']);
  });
});

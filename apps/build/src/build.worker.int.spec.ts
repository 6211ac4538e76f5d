import { randomUUID } from 'node:crypto';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { type BuildEvent, buildStream, type BuildSubject, type Component } from '@slipway/build';
import { InMemoryEventStore } from '@slipway/event-store';
import { Attempt } from './attempt.js';
import { makeRepository, processesWith, shell, subjectWith, temporaryFolder, until } from './build.fixtures.js';
import { Builds } from './builds.js';
import { cut, dataOf, history, historyUntil, metadata, type ReplicaOptions, startReplica, types } from './service.fixtures.js';

// Leases are looked at every 5 s.
jest.setTimeout(30_000);

const folder = temporaryFolder();
let source: { repository: string; commit: string };
let store: InMemoryEventStore;
let root: string;
let replicas: INestApplicationContext[];

beforeAll(async () => {
  source = await makeRepository(join(folder, 'repository'), { 'main.txt': 'hello' });
});
beforeEach(() => {
  store = new InMemoryEventStore();
  root = join(folder, randomUUID());
  replicas = [];
});
afterEach(async () => {
  await Promise.all(replicas.map((replica) => replica.close()));
  await store.close();
  expect(processesWith(root)).toEqual([]);
});

async function start(options: Omit<ReplicaOptions, 'root'> = {}): Promise<INestApplicationContext> {
  const replica = await startReplica(store, { root, ...options });
  replicas.push(replica);
  return replica;
}

async function stop(replica: INestApplicationContext): Promise<void> {
  replicas = replicas.filter((each) => each !== replica);
  await replica.close();
}

const subjectOf = (line: string, fields: Partial<BuildSubject> = {}, recipe: Partial<Component['recipe']> = {}): BuildSubject =>
  subjectWith([shell(line, recipe)], { ...source, ...fields });

const call = () => ({ commandId: randomUUID(), actor: 'person:alice', grants: {}, correlationId: randomUUID(), at: new Date().toISOString() });

const append = (subject: BuildSubject, revision: number, event: BuildEvent) =>
  store.append(buildStream(subject.application, subject.candidate), [{ id: randomUUID(), ...event, metadata: metadata() }], revision === 0 ? 'no-stream' : revision - 1);

const startedBy = (worker: string, leaseUntil: string, { application, candidate }: BuildSubject): BuildEvent => ({
  type: 'BuildStarted',
  data: { application, candidate, attempt: 1, worker, leaseUntil },
});

it('builds a candidate as soon as it is cut', async () => {
  await start();
  const subject = subjectOf('cp main.txt out; echo made it');
  await cut(store, subject);
  const events = await historyUntil(store, subject, 'BuildSucceeded');
  expect(types(events)).toEqual(['BuildRequested', 'BuildStarted', 'BuildSucceeded']);
  for (const { metadata } of events) expect(metadata).toMatchObject({ actor: 'service:build', onBehalfOf: 'person:alice' });
  expect(new Set(events.map(({ metadata: { $correlationId } }) => $correlationId)).size).toBe(1);
  const { log } = events.at(-1)!.data as { log: string };
  expect(log).toBe(join(dataOf(root), 'logs/acme/shop/1.0.0-rc1/1.log'));
  expect(readFileSync(log, 'utf8')).toContain('made it');
});

it('builds it once, however often it is requested', async () => {
  const replica = await start();
  const subject = subjectOf('sleep 0.3; date +%N > out');
  await cut(store, subject);
  const request = () => replica.get(Builds).request({ application: subject.application, candidate: subject.candidate }, call());
  await Promise.all([request(), request()]);
  await historyUntil(store, subject, 'BuildSucceeded');
  expect((await request()).events).toEqual([]);
  expect(types(await history(store, subject))).toEqual(['BuildRequested', 'BuildStarted', 'BuildSucceeded']);
});

it('builds a failed candidate again when it is asked to', async () => {
  const replica = await start({ sandbox: 'off' });
  const subject = subjectOf(`test -e ${join(folder, 'fixed')} && touch out`);
  await cut(store, subject);
  await historyUntil(store, subject, 'BuildFailed');
  mkdirSync(join(folder, 'fixed'));
  await replica.get(Builds).request({ application: subject.application, candidate: subject.candidate }, call());
  const events = await historyUntil(store, subject, 'BuildSucceeded');
  expect(types(events)).toEqual(['BuildRequested', 'BuildStarted', 'BuildFailed', 'BuildRequested', 'BuildStarted', 'BuildSucceeded']);
  expect(events.at(-1)!.data).toMatchObject({ attempt: 2 });
});

it('refuses to build what was not cut', async () => {
  const replica = await start();
  const request = replica.get(Builds).request({ application: 'acme/shop', candidate: '9.9.9-rc1' }, call());
  await expect(request).rejects.toMatchObject({ code: 'CANDIDATE_NOT_FOUND' });
});

it('builds no more at the same time than it may', async () => {
  await start({ parallel: 2, sandbox: 'off' });
  const names = ['acme/a', 'acme/b', 'acme/c', 'acme/d'];
  const subjects = names.map((application) => subjectOf(`sleep 0.5; ls ${join(root, 'build-1/work')} | wc -l > out; cat out`, { application }));
  for (const subject of subjects) await cut(store, subject);
  for (const subject of subjects) await historyUntil(store, subject, 'BuildSucceeded');
  const counts = names.map((name) => Number(readFileSync(join(dataOf(root), 'logs', name, '1.0.0-rc1/1.log'), 'utf8').trim().split('\n').at(-1)));
  expect(Math.max(...counts)).toBe(2);
});

it('ends a running recipe when it stops, records nothing, and takes the build up again when it is back', async () => {
  const subject = subjectOf(`test -e ${join(folder, 'again')} || sleep 60; touch out`);
  await cut(store, subject);
  const first = await start({ sandbox: 'off' });
  await until(() => processesWith(join(dataOf(root), 'work')).length > 0);
  await stop(first);
  expect(processesWith(root)).toEqual([]);
  expect(readdirSync(join(dataOf(root), 'work'))).toEqual([]);
  expect(types(await history(store, subject))).toEqual(['BuildRequested', 'BuildStarted']);

  mkdirSync(join(folder, 'again'));
  await start({ sandbox: 'off' });
  expect((await historyUntil(store, subject, 'BuildSucceeded')).at(-1)!.data).toMatchObject({ attempt: 2 });
});

describe('after a crash in the middle of a build', () => {
  const soon = (seconds: number): string => new Date(Date.now() + seconds * 1_000).toISOString();
  let subject: BuildSubject;
  let orphaned: Attempt;

  /** What kill -9 leaves: a started build in the log, half a checkout, and a recipe that nobody supervises. */
  async function crash(instance: string, leaseUntil: string): Promise<void> {
    subject = subjectOf('touch out');
    orphaned = new Attempt(dataOf(root, instance), subject, 1);
    await append(subject, 0, { type: 'BuildRequested', data: { ...subject, requestedBy: 'person:alice' } });
    await append(subject, 1, startedBy(instance, leaseUntil, subject));
    mkdirSync(orphaned.checkout, { recursive: true });
    spawn('sleep', ['60'], { detached: true, stdio: 'ignore', env: { PATH: process.env['PATH'], SLIPWAY_RUN_ID: orphaned.folder } }).unref();
    await until(() => processesWith(orphaned.folder).length > 0);
  }

  it('the same replica ends what it left and builds anew at once', async () => {
    await crash('build-1', soon(3_600));
    await start();
    const events = await historyUntil(store, subject, 'BuildSucceeded');
    expect(types(events)).toEqual(['BuildRequested', 'BuildStarted', 'BuildStarted', 'BuildSucceeded']);
    expect(events.at(-1)!.data).toMatchObject({ attempt: 2 });
    expect(processesWith(orphaned.folder)).toEqual([]);
    expect(existsSync(orphaned.folder)).toBe(false);
  });

  it('another replica waits for the lease', async () => {
    await crash('build-1', soon(2));
    await start({ instance: 'build-2' });
    await sleep(1_000);
    expect(types(await history(store, subject))).toEqual(['BuildRequested', 'BuildStarted']);
    const events = await historyUntil(store, subject, 'BuildSucceeded');
    expect(events.at(-2)!.data).toMatchObject({ attempt: 2, worker: 'build-2' });
    await start(); // ends its orphan, which is not the business of another replica
  });

  it('the outcome of an attempt that was thought dead does not count', async () => {
    const replica = await start({ instance: 'build-2' });
    await crash('build-1', soon(-1));
    const events = await historyUntil(store, subject, 'BuildSucceeded');
    const late = replica.get(Builds).record(
      buildStream(subject.application, subject.candidate),
      { type: 'FailBuild', data: { attempt: 1, component: 'api', code: 'RECIPE_FAILED', message: 'exit code 1', log: orphaned.log } },
      call(),
    );
    await expect(late).rejects.toMatchObject({ code: 'BUILD_LEASE_LOST' });
    expect(await history(store, subject)).toEqual(events);
    await start();
  });
});

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { type BuildEvent, buildStream, type BuildSubject } from '@slipway/build';
import type { EventMetadata, EventStore, RecordedEvent } from '@slipway/event-store';
import { type CandidateCut, candidateStream } from '@slipway/planning/contract';
import type { SandboxMode } from '@slipway/process-runner';
import { startWithoutBus } from '@slipway/service-kit/testing';
import { BuildConfig } from './build.config.js';
import { until } from './build.fixtures.js';
import { BuildModule } from './build.module.js';

// The whole service over a store of the spec's choice, without a bus.

export interface ReplicaOptions {
  /** The artifact store lies below; replicas share it. */
  readonly root: string;
  /** Name and data folder. Default `build-1`. */
  readonly instance?: string;
  readonly parallel?: number;
  /** Default `require`. `off`: the recipe looks at what the spec puts beside it. */
  readonly sandbox?: SandboxMode;
}

/** Starts one replica; `close()` it as a SIGTERM would. */
export function startReplica(store: EventStore, { root, instance = 'build-1', parallel, sandbox = 'require' }: ReplicaOptions): Promise<INestApplicationContext> {
  const config = Object.assign(new BuildConfig(), {
    SLIPWAY_DATA: dataOf(root, instance),
    SLIPWAY_INSTANCE: instance,
    SLIPWAY_ARTIFACTS: join(root, 'artifacts'),
    SLIPWAY_SANDBOX: sandbox,
    ...(parallel && { SLIPWAY_PARALLEL_BUILDS: parallel }),
  });
  return startWithoutBus({ identity: { name: 'build', owns: ['build-'] }, module: BuildModule, config, store });
}

export const dataOf = (root: string, instance = 'build-1'): string => join(root, instance);

export function metadata(): EventMetadata {
  const id = randomUUID();
  return { $correlationId: id, $causationId: id, actor: 'person:alice', commandDigest: id, schema: 1 };
}

/** Cuts the application's first candidate. */
export async function cut(store: EventStore, subject: BuildSubject): Promise<void> {
  const commit = { sha: subject.commit, author: 'Ann <ann@example.org>', subject: 'Begin', committedAt: '2026-03-01T10:00:00.000Z' };
  const data: CandidateCut['data'] = {
    ...subject,
    version: '1.0.0',
    number: 1,
    commit,
    origin: { kind: 'ref', ref: 'HEAD' },
    previous: null,
    changes: [commit],
    changeCount: 1,
    author: 'person:alice',
  };
  await store.append(candidateStream(subject.application), [{ id: randomUUID(), type: 'CandidateCut', data, metadata: metadata() }], 'no-stream');
}

export async function history(store: EventStore, { application, candidate }: BuildSubject): Promise<RecordedEvent<BuildEvent>[]> {
  const events: RecordedEvent<BuildEvent>[] = [];
  for await (const event of store.read(buildStream(application, candidate))) events.push(event as RecordedEvent<BuildEvent>);
  return events;
}

export const types = (events: readonly RecordedEvent<BuildEvent>[]): string[] => events.map(({ type }) => type);

/** Waits for this type at the end of the build's stream. */
export async function historyUntil(store: EventStore, subject: BuildSubject, last: BuildEvent['type']): Promise<RecordedEvent<BuildEvent>[]> {
  await until(async () => (await history(store, subject)).at(-1)?.type === last, 20_000);
  return history(store, subject);
}

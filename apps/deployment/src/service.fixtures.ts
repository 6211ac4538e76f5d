import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { type ReviewAdmitted, type ReviewDenied, reviewStream, type ReviewSubject } from '@slipway/admission/contract';
import { ArtifactStore } from '@slipway/artifact-store';
import type { Snapshot } from '@slipway/build/contract';
import { type Pins, type RunStep, type Step, type TargetEvent, targetStream } from '@slipway/deployment';
import { digestOf, type EventMetadata, type EventStore, InMemoryEventStore, type RecordedEvent } from '@slipway/event-store';
import { ALL_GRANTS } from '@slipway/identity';
import type { DomainEvent } from '@slipway/kernel';
import { type ReleaseCancelled, releaseStream } from '@slipway/planning/contract';
import type { Call, Logger } from '@slipway/service-kit';
import { startWithoutBus } from '@slipway/service-kit/testing';
import { DeploymentConfig } from './deployment.config.js';
import { DeploymentModule } from './deployment.module.js';
import { type TargetRequest, Targets } from './targets.js';

// The whole service over a log in memory, without a bus: other services' facts are appended by hand.

const application = 'acme/shop';
export const target = 'prod/live/acme/shop';

export interface ReplicaOptions {
  /** Name and data folder. Default `deployment-1`. */
  readonly instance?: string;
  readonly parallel?: number;
  readonly config?: Partial<DeploymentConfig>;
  readonly logger?: Logger;
}

export interface AdmissionOptions {
  readonly steps: readonly Step[];
  readonly onFailure?: 'stop' | 'rollback';
  readonly environment?: string;
}

/** A step of one line of shell. */
export const shell = (name: string, line: string, more: Partial<RunStep> = {}): RunStep => ({ name, type: 'run', command: ['sh', '-c', line], ...more });

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'slipway-deployment-'));

export class World {
  private readonly replicas = new Set<INestApplicationContext>();

  constructor(
    readonly store: EventStore = new InMemoryEventStore(),
    readonly root = temporaryFolder(),
  ) {}

  /** Starts one replica; `stop` it as a SIGTERM would. */
  async start({ instance = 'deployment-1', parallel, config: more, logger }: ReplicaOptions = {}): Promise<INestApplicationContext> {
    const config = Object.assign(new DeploymentConfig(), {
      SLIPWAY_DATA: this.dataOf(instance),
      SLIPWAY_INSTANCE: instance,
      SLIPWAY_ARTIFACTS: this.artifacts,
      // Steps of the specs leave their marks beside the service, where a sandbox would not let them.
      SLIPWAY_SANDBOX: 'off',
      ...(parallel && { SLIPWAY_PARALLEL_DEPLOYMENTS: parallel }),
      ...more,
    });
    const identity = { name: 'deployment', owns: ['target-'] };
    const replica = await startWithoutBus({ identity, module: DeploymentModule, config, store: this.store, logger });
    this.replicas.add(replica);
    return replica;
  }

  async stop(replica: INestApplicationContext): Promise<void> {
    this.replicas.delete(replica);
    await replica.close();
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.replicas].map((replica) => this.stop(replica)));
    await this.store.close();
    rmSync(this.root, { recursive: true, force: true });
  }

  get artifacts(): string {
    return join(this.root, 'artifacts');
  }

  dataOf(instance = 'deployment-1'): string {
    return join(this.root, instance);
  }

  /** Builds a snapshot with one component `web` whose one file holds the version. */
  async build(version: string): Promise<Snapshot> {
    const folder = join(this.root, 'built', version);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'VERSION'), version);
    const store = await ArtifactStore.open(this.artifacts);
    const file = await store.putFile(join(folder, 'VERSION'));
    const manifest = await store.putComponent({ name: 'web', artifacts: [{ path: 'VERSION', descriptor: file }] });
    const { digest } = await store.putSnapshot({ components: [{ name: 'web', manifest }], reference: `${application}:${version}` });
    const artifacts = [{ path: 'VERSION', digest: file.digest, size: file.size, mediaType: file.mediaType }];
    return { digest, application, candidate: version, commit: 'c'.repeat(40), components: [{ name: 'web', digest: manifest.digest, artifacts }], provenance: file.digest };
  }

  /** Changes the bytes of a blob in the artifact store. */
  alter(digest: string): void {
    const blob = join(this.artifacts, 'blobs', 'sha256', digest.slice('sha256:'.length));
    chmodSync(blob, 0o644);
    writeFileSync(blob, 'something else');
  }

  /** A release is admitted to an environment of `prod`. Gives the event. */
  admit(release: string, snapshot: Snapshot, { steps, onFailure = 'stop', environment = 'live' }: AdmissionOptions): Promise<RecordedEvent> {
    const subject: ReviewSubject = { kind: 'release', release };
    return this.append(reviewStream(subject), { type: 'ReviewAdmitted', data: { ...admissionOf(subject, snapshot, steps, environment), onFailure } } satisfies ReviewAdmitted);
  }

  /** Today's policy lets a rollback through. */
  async admitRollback(deployment: string): Promise<void> {
    const { data } = (await this.waitFor('RollbackRequested', deployment)) as Extract<TargetEvent, { type: 'RollbackRequested' }>;
    const subject: ReviewSubject = { kind: 'rollback', release: data.release, target, deployment };
    await this.append(reviewStream(subject), { type: 'ReviewAdmitted', data: admissionOf(subject, data.snapshot, data.steps, 'live') } satisfies ReviewAdmitted);
  }

  async denyRollback(deployment: string): Promise<void> {
    const { data } = (await this.waitFor('RollbackRequested', deployment)) as Extract<TargetEvent, { type: 'RollbackRequested' }>;
    const subject: ReviewSubject = { kind: 'rollback', release: data.release, target, deployment };
    const reasons = [{ code: 'TOO_OLD', message: 'too old' }];
    await this.append(reviewStream(subject), { type: 'ReviewDenied', data: { subject, environment: 'live', reasons, pins: data.pins } } satisfies ReviewDenied);
  }

  cancel(release: string): Promise<RecordedEvent> {
    return this.append(releaseStream(release), { type: 'ReleaseCancelled', data: { release, reason: 'not needed', by: 'person:alice' } } satisfies ReleaseCancelled);
  }

  ask(replica: INestApplicationContext, request: TargetRequest): Promise<unknown> {
    return replica.get(Targets).handle(request, call());
  }

  async append(stream: string, event: DomainEvent): Promise<RecordedEvent> {
    const before = await this.read(stream);
    await this.store.append(stream, [{ id: randomUUID(), ...event, metadata: metadata() }], before.length === 0 ? 'no-stream' : before.length - 1);
    return (await this.read(stream)).at(-1)!;
  }

  history(of = target): Promise<RecordedEvent<TargetEvent>[]> {
    return this.read(targetStream(of)) as Promise<RecordedEvent<TargetEvent>[]>;
  }

  async types(of = target): Promise<string[]> {
    return (await this.history(of)).map(({ type }) => type);
  }

  /** Waits for an event of a deployment. */
  async waitFor(type: TargetEvent['type'], deployment: string, of = target, timeoutMs?: number): Promise<RecordedEvent<TargetEvent>> {
    const find = async () => (await this.history(of)).find((event) => event.type === type && (event.data as { deployment?: string }).deployment === deployment);
    await until(async () => (await find()) !== undefined, `${type} of ${deployment}`, timeoutMs);
    return (await find())!;
  }

  private async read(stream: string): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const event of this.store.read(stream)) events.push(event);
    return events;
  }
}

function admissionOf(subject: ReviewSubject, snapshot: Snapshot, steps: readonly Step[], environment: string): ReviewAdmitted['data'] {
  const pins: Pins = {
    plan: 'acme/shop-to-prod',
    planRevision: 0,
    admission: 'prod/shop',
    admissionRevision: 0,
    policyDigest: digestOf('policy'),
    snapshotDigest: snapshot.digest,
    stepsDigest: digestOf(steps),
  };
  const thing = { subject, environment, target: 'prod', application, candidate: snapshot.candidate, snapshot, steps };
  return { ...thing, onFailure: 'stop', final: true, gates: [], approvedBy: [], pins };
}

const call = (): Call => ({ commandId: randomUUID(), actor: 'person:alice', grants: ALL_GRANTS, correlationId: randomUUID(), at: new Date().toISOString() });

function metadata(): EventMetadata {
  const id = randomUUID();
  return { $correlationId: id, $causationId: id, actor: 'person:alice', commandDigest: id, schema: 1 };
}

export async function until(condition: () => boolean | Promise<boolean>, what = condition.toString(), timeoutMs = 15_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await sleep(20);
  }
}

/** Pids of living processes whose environment holds this text. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isLiving(name) && read(`/proc/${name}/environ`).includes(text)).map(Number);
}

const isLiving = (pid: string): boolean => !/\) [ZX] /.test(read(`/proc/${pid}/stat`));

/** Empty for a process that is gone, or is another user's. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

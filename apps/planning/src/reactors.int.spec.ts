import { setTimeout as sleep } from 'node:timers/promises';
import type { Type } from '@nestjs/common';
import { type ReviewDenied, reviewStream, type ReviewSubject } from '@slipway/admission/contract';
import { type DeploymentErrored, type DeploymentFailed, type DeploymentSucceeded, type Pins, targetName, targetStream } from '@slipway/deployment/contract';
import { type RecordedEvent, START } from '@slipway/event-store';
import type { DomainEvent } from '@slipway/kernel';
import type { Reactor } from '@slipway/service-kit';
import { callBy, Planning } from './planning.fixtures.js';
import { application, candidate, factsOf, plan, releaseIsRequested, snapshot } from './release.fixtures.js';
import { Releases } from './releases.js';
import { WhenDeploymentErrored } from './when-deployment-errored.reactor.js';
import { WhenDeploymentFailed } from './when-deployment-failed.reactor.js';
import { WhenDeploymentSucceeded } from './when-deployment-succeeded.reactor.js';
import { WhenReviewDenied } from './when-review-denied.reactor.js';

type Kind = 'release' | 'rollback';

let planning: Planning;
let release: string;
beforeEach(async () => {
  planning = await Planning.start();
  release = await releaseIsRequested(planning);
});
afterEach(() => planning.stop());

const target = (environment: string) => targetName('sre', environment, application);
const pins: Pins = { plan, planRevision: 0, admission: 'sre/web', admissionRevision: 0, policyDigest: 'p', snapshotDigest: 's', stepsDigest: 't' };

function succeeded(environment: string, { kind, final = false }: { kind?: Kind; final?: boolean } = {}): DeploymentSucceeded {
  const spec = { target: target(environment), environment, deployment: `${environment}-1`, application, candidate, release, snapshot, pins };
  return { type: 'DeploymentSucceeded', data: { ...spec, steps: [], onFailure: 'stop', kind: kind ?? 'release', final } };
}
const end = (kind: Kind) => ({
  target: target('staging'),
  deployment: 'staging-1',
  environment: 'staging',
  application,
  release,
  kind,
  code: 'VERIFICATION_FAILED' as const,
  message: 'status 500',
});
const failed = (kind: Kind = 'release'): DeploymentFailed => ({ type: 'DeploymentFailed', data: { ...end(kind), step: 'verify' } });
const errored = (kind: Kind = 'release'): DeploymentErrored => ({ type: 'DeploymentErrored', data: end(kind) });
const reasons = [{ code: 'FREEZE', message: 'frozen' }];
const denied = (subject: ReviewSubject): ReviewDenied => ({ type: 'ReviewDenied', data: { subject, environment: 'staging', reasons, pins } });

/** The fact gets into the log; the reactor will hear of it. */
const happens = (fact: ReviewDenied | DeploymentSucceeded | DeploymentFailed | DeploymentErrored): Promise<void> =>
  planning.happened(fact, 'target' in fact.data ? targetStream(fact.data.target) : reviewStream(fact.data.subject));

/** The reactor has heard of the fact, and is done with it. */
async function reaches<E extends DomainEvent>(reactor: Type<Reactor<E>>, { type, data }: E): Promise<void> {
  const call = callBy('service:planning');
  const metadata = { $correlationId: call.correlationId, $causationId: call.commandId, actor: call.actor, commandDigest: '', schema: 1 };
  const event: RecordedEvent<E> = { id: call.commandId, stream: 'any', revision: 0, position: START, recordedAt: call.at, type, data, metadata };
  await planning.get(reactor).handle(event, call);
}

/** The release's facts after its request, once the last of them is there. */
async function factsUntil(last: string): Promise<unknown[]> {
  for (;;) {
    const facts = await factsOf(planning, release);
    if (facts.at(-1)?.type === last) return facts.slice(1);
    await sleep(5);
  }
}

const deployed = (environment: string) => ({ type: 'ReleaseDeployed', data: { release, environment, deployment: `${environment}-1` } });
const completed = (...environments: string[]) => ({ type: 'ReleaseCompleted', data: { release, environments } });
const broken = { environment: 'staging', deployment: 'staging-1', code: 'VERIFICATION_FAILED', message: 'status 500' };

describe('the release follows what others decided', () => {
  it('through its environments to its end', async () => {
    await happens(succeeded('staging'));
    await factsUntil('ReleaseDeployed');
    await happens(succeeded('prod', { final: true }));
    expect(await factsUntil('ReleaseCompleted')).toEqual([deployed('staging'), deployed('prod'), completed('staging', 'prod')]);
  });

  it('to a denial, with its reasons', async () => {
    await happens(denied({ kind: 'release', release }));
    expect(await factsUntil('ReleaseDenied')).toEqual([{ type: 'ReleaseDenied', data: { release, environment: 'staging', reasons } }]);
  });

  it('to a failure', async () => {
    await happens(failed());
    expect(await factsUntil('ReleaseFailed')).toEqual([{ type: 'ReleaseFailed', data: { release, ...broken } }]);
  });

  it('to an error, which is not a failure', async () => {
    await happens(errored());
    expect(await factsUntil('ReleaseErrored')).toEqual([{ type: 'ReleaseErrored', data: { release, ...broken } }]);
  });
});

describe('the release is not touched', () => {
  const after = async () => (await factsOf(planning, release)).slice(1);

  it('by a fact that is told again', async () => {
    for (let time = 0; time < 2; time++) await reaches(WhenDeploymentSucceeded, succeeded('staging'));
    for (let time = 0; time < 2; time++) await reaches(WhenDeploymentFailed, failed());
    expect(await after()).toEqual([deployed('staging'), { type: 'ReleaseFailed', data: { release, ...broken } }]);
  });

  it('by a rollback that replays it', async () => {
    await reaches(WhenDeploymentSucceeded, succeeded('staging', { kind: 'rollback', final: true }));
    await reaches(WhenDeploymentFailed, failed('rollback'));
    await reaches(WhenDeploymentErrored, errored('rollback'));
    await reaches(WhenReviewDenied, denied({ kind: 'rollback', release, target: target('staging'), deployment: 'staging-2' }));
    expect(await after()).toEqual([]);
  });

  it('by what comes after its end', async () => {
    await planning.get(Releases).cancel({ release, reason: 'wrong one' }, callBy('person:dora'));
    await reaches(WhenDeploymentSucceeded, succeeded('prod', { final: true }));
    await reaches(WhenDeploymentFailed, failed());
    await reaches(WhenDeploymentErrored, errored());
    await reaches(WhenReviewDenied, denied({ kind: 'release', release }));
    expect(await after()).toEqual([{ type: 'ReleaseCancelled', data: { release, reason: 'wrong one', by: 'person:dora' } }]);
  });
});

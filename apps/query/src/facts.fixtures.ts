import type { Snapshot } from '@slipway/build/contract';
import type { DeploymentSpec, Pins } from '@slipway/deployment/contract';
import type { SlipwayEvent } from '@slipway/query';

// Facts of one application on its way to staging and prod, for the specs.

type Fact<T extends SlipwayEvent['type']> = Extract<SlipwayEvent, { type: T }>;

export const APPLICATION = 'shop/web';
export const RELEASE = 'shop/web-1.0.0-rc1-aaaaa';
export const OTHER = 'shop/web-1.0.0-rc2-bbbbb';
export const STAGING = 'sre/staging/shop/web';
export const PROD = 'sre/prod/shop/web';

const COMPONENTS = [{ name: 'api', recipe: { command: ['make'], outputs: ['api.tar'] } }];
const PINS: Pins = { plan: 'shop/to-prod', planRevision: 0, admission: 'sre/web', admissionRevision: 0, policyDigest: 'p', snapshotDigest: 's', stepsDigest: 't' };

/** Another one for each release. */
const candidateOf = (release: string): string => /(\d+\.\d+\.\d+-rc\d+)/.exec(release)?.[1] ?? '1.0.0-rc1';

function snapshotOf(candidate: string): Snapshot {
  const artifacts = [{ path: 'api.tar', digest: `sha256:tar-${candidate}`, size: 7, mediaType: 'application/x-tar' }];
  return { digest: `sha256:${candidate}`, application: APPLICATION, candidate, commit: 'c0', components: [{ name: 'api', digest: `sha256:api-${candidate}`, artifacts }], provenance: 'sha256:p' };
}

export const registered = (repository = '/git/web'): Fact<'ApplicationRegistered'> => ({
  type: 'ApplicationRegistered',
  data: { application: APPLICATION, repository, mainline: 'main', components: COMPONENTS },
});

export function cut(candidate = '1.0.0-rc1', application = APPLICATION): Fact<'CandidateCut'> {
  const commit = { sha: `commit of ${candidate}`, author: 'Carl <carl@shop>', subject: `make ${candidate}`, committedAt: '2026-03-01T09:00:00Z' };
  const about = { application, candidate, version: '1.0.0', number: 1, repository: '/git/web', components: COMPONENTS, author: 'person:carl' };
  return { type: 'CandidateCut', data: { ...about, commit, origin: { kind: 'ref', ref: 'HEAD' }, previous: null, changes: [commit], changeCount: 1 } };
}

const named = (candidate: string) => ({ application: APPLICATION, candidate });
export const buildRequested = (candidate = '1.0.0-rc1'): Fact<'BuildRequested'> => ({
  type: 'BuildRequested',
  data: { ...named(candidate), repository: '/git/web', commit: 'c0', components: COMPONENTS, requestedBy: 'person:carl' },
});
export const buildStarted = (candidate = '1.0.0-rc1'): Fact<'BuildStarted'> => ({
  type: 'BuildStarted',
  data: { ...named(candidate), attempt: 1, worker: 'build-1', leaseUntil: '2026-03-01T12:00:00Z' },
});
export const buildSucceeded = (candidate = '1.0.0-rc1'): Fact<'BuildSucceeded'> => ({
  type: 'BuildSucceeded',
  data: { ...named(candidate), attempt: 1, snapshot: snapshotOf(candidate), startedAt: 'a', finishedAt: 'b', log: '1.log' },
});
export const buildFailed = (candidate = '1.0.0-rc1'): Fact<'BuildFailed'> => ({
  type: 'BuildFailed',
  data: { ...named(candidate), attempt: 1, component: 'api', code: 'RECIPE_FAILED', message: 'exit code 2', log: '1.log' },
});

export function requested(release = RELEASE): Fact<'ReleaseRequested'> {
  const candidate = candidateOf(release);
  const by = { author: 'person:dora', candidateAuthor: 'person:carl' };
  return { type: 'ReleaseRequested', data: { release, ...named(candidate), plan: 'shop/to-prod', planRevision: 0, target: 'sre', snapshot: snapshotOf(candidate), ...by } };
}

const subject = (release: string) => ({ subject: { kind: 'release', release } as const });
export const reasons = (...codes: string[]) => codes.map((code) => ({ code, message: `because of ${code}` }));

export const matchAwaited = (release = RELEASE): Fact<'MatchAwaited'> => ({ type: 'MatchAwaited', data: { ...subject(release), reasons: reasons('NO_ADMISSION') } });
export const matched = (release = RELEASE): Fact<'ReleaseMatched'> => ({
  type: 'ReleaseMatched',
  data: { ...subject(release), plan: 'shop/to-prod', planRevision: 0, admission: 'sre/web', admissionRevision: 0, environments: ['staging', 'prod'] },
});
export const entered = (environment: string, release = RELEASE): Fact<'EnvironmentEntered'> => ({ type: 'EnvironmentEntered', data: { ...subject(release), environment } });
export const held = (environment: string, codes: string[], release = RELEASE): Fact<'ReviewHeld'> => ({
  type: 'ReviewHeld',
  data: { ...subject(release), environment, reasons: reasons(...codes) },
});
export function admitted(environment: string, release = RELEASE): Fact<'ReviewAdmitted'> {
  const candidate = candidateOf(release);
  const decision = { final: environment === 'prod', gates: [], approvedBy: [], pins: PINS, steps: [], onFailure: 'stop' as const };
  return { type: 'ReviewAdmitted', data: { ...subject(release), ...named(candidate), environment, target: 'sre', snapshot: snapshotOf(candidate), ...decision } };
}

export function spec(target: string, deployment: string, release = RELEASE): DeploymentSpec {
  const candidate = candidateOf(release);
  const environment = target.split('/')[1]!;
  return { ...named(candidate), deployment, target, environment, release, snapshot: snapshotOf(candidate), steps: [], onFailure: 'stop', pins: PINS };
}
export const deploymentRequested = (target: string, deployment: string, release = RELEASE): Fact<'DeploymentRequested'> => ({
  type: 'DeploymentRequested',
  data: { ...spec(target, deployment, release), kind: 'release', final: false, review: { stream: `review-${release}`, revision: 3 } },
});
export const rollbackRequested = (target: string, deployment: string, to: string, release = RELEASE): Fact<'RollbackRequested'> => ({
  type: 'RollbackRequested',
  data: { ...spec(target, deployment, release), kind: 'rollback', cites: { stream: `target-${target}`, revision: 2, deployment: to }, reason: 'bad', by: 'person:sam' },
});
export const rollbackHeld = (target: string, deployment: string): Fact<'ReviewHeld'> => ({
  type: 'ReviewHeld',
  data: { subject: { kind: 'rollback', release: RELEASE, target, deployment }, environment: 'prod', reasons: reasons('FROZEN') },
});
export const rollbackAdmitted = (target: string, deployment: string): Fact<'RollbackAdmitted'> => ({
  type: 'RollbackAdmitted',
  data: { target, deployment, pins: PINS, review: { stream: 'review-x', revision: 1 } },
});
export const deploymentStarted = (target: string, deployment: string): Fact<'DeploymentStarted'> => ({
  type: 'DeploymentStarted',
  data: { target, deployment, attempt: 1, worker: 'deployment-1', leaseUntil: '2026-03-01T12:00:00Z' },
});
export const deploymentSucceeded = (target: string, deployment: string, release = RELEASE, kind: 'release' | 'rollback' = 'release'): Fact<'DeploymentSucceeded'> => ({
  type: 'DeploymentSucceeded',
  data: { ...spec(target, deployment, release), kind, final: false },
});
export function deploymentFailed(target: string, deployment: string, release = RELEASE): Fact<'DeploymentFailed'> {
  const { environment, application } = spec(target, deployment, release);
  return { type: 'DeploymentFailed', data: { target, deployment, environment, application, release, kind: 'release', step: 'verify', code: 'VERIFICATION_FAILED', message: 'status 500' } };
}
export const holdPlaced = (target: string, deployment?: string): Fact<'HoldPlaced'> => ({
  type: 'HoldPlaced',
  data: { target, reason: 'bad', by: 'person:sam', ...(deployment !== undefined && { deployment }) },
});
export const holdLifted = (target: string): Fact<'HoldLifted'> => ({ type: 'HoldLifted', data: { target, reason: 'good', by: 'person:sam' } });
export const completed = (release = RELEASE): Fact<'ReleaseCompleted'> => ({ type: 'ReleaseCompleted', data: { release, environments: ['staging', 'prod'] } });
export const failed = (environment: string, deployment: string, release = RELEASE): Fact<'ReleaseFailed'> => ({
  type: 'ReleaseFailed',
  data: { release, environment, deployment, code: 'VERIFICATION_FAILED', message: 'status 500' },
});

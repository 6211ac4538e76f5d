import type { AdmittedEnvironment, ReviewAdmitted, WriteReleasePlanAdmission } from '@slipway/admission';
import type { Snapshot } from '@slipway/build/contract';
import { type DeploymentSucceeded, type Pins, type RollbackRequested, type Step, targetName, targetStream } from '@slipway/deployment/contract';
import { type ReleaseCancelled, type ReleaseFailed, type ReleaseRequested, releaseStream, type ReleasePlanWritten, releasePlanStream } from '@slipway/planning/contract';
import { ReleasePlanAdmissions } from './release-plan-admissions.js';
import { callBy, type Service } from './service.fixtures.js';

// What the other services and the managed team do in the specs.

export const RELEASE = 'shop/web-1.8.0-rc1-ab12c';
export const PLAN = 'shop/web-to-sre';
export const ALICE = 'person:alice';
export const BOB = 'person:bob';
export const CAROL = 'person:carol';
export const DAVE = 'person:dave';

export const snapshot: Snapshot = {
  digest: `sha256:${'5a'.repeat(32)}`,
  application: 'shop/web',
  candidate: '1.8.0-rc1',
  commit: 'c0ffee',
  components: [],
  provenance: `sha256:${'9f'.repeat(32)}`,
};

const steps = (name: string): Step[] => [{ name, type: 'run', command: ['true'] }];
export const environment = (name: string, more: Partial<AdmittedEnvironment> = {}): AdmittedEnvironment => ({ name, gates: [], steps: steps(`to-${name}`), ...more });
export const STAGING = environment('staging');
export const PRODUCTION = environment('production', { gates: [{ type: 'upstream-verified' }, { type: 'approval', count: 2 }] });

export const writePlan = (service: Service, data: Partial<ReleasePlanWritten['data']> = {}): Promise<void> =>
  service.happens(releasePlanStream(PLAN), { type: 'ReleasePlanWritten', data: { plan: PLAN, application: 'shop/web', target: 'sre', ...data } });

export const admit = (service: Service, more: Partial<WriteReleasePlanAdmission> = {}) =>
  service
    .get(ReleasePlanAdmissions)
    .write({ admission: 'sre/web', origin: 'shop', applications: ['web'], environments: [STAGING, PRODUCTION], ...more }, callBy(CAROL));

const requested: ReleaseRequested = {
  type: 'ReleaseRequested',
  data: {
    release: RELEASE,
    application: 'shop/web',
    candidate: '1.8.0-rc1',
    plan: PLAN,
    planRevision: 0,
    target: 'sre',
    snapshot,
    author: ALICE,
    candidateAuthor: BOB,
  },
};

export const request = (service: Service, more: Partial<ReleaseRequested['data']> = {}): Promise<void> =>
  service.happens(releaseStream(more.release ?? RELEASE), { ...requested, data: { ...requested.data, ...more } });

export const cancelled: ReleaseCancelled = { type: 'ReleaseCancelled', data: { release: RELEASE, reason: 'no need', by: ALICE } };
export const failed: ReleaseFailed = {
  type: 'ReleaseFailed',
  data: { release: RELEASE, environment: 'staging', deployment: 'staging-1', code: 'STEP_FAILED', message: 'exit 1' },
};

export const target = (name: string): string => targetName('sre', name, 'shop/web');

/** The deployment that an admission leads to succeeds. */
export function deploy(service: Service, { subject, environment: name, snapshot: deployed, steps: pinned, onFailure, final, pins }: ReviewAdmitted['data']): Promise<void> {
  const data: DeploymentSucceeded['data'] = {
    deployment: `${name}-1`,
    target: target(name),
    environment: name,
    application: 'shop/web',
    candidate: '1.8.0-rc1',
    release: subject.release,
    snapshot: deployed,
    steps: pinned,
    onFailure,
    pins,
    kind: 'release',
    final,
  };
  return service.happens(targetStream(data.target), { type: 'DeploymentSucceeded', data });
}

const pins: Pins = {
  plan: PLAN,
  planRevision: 0,
  admission: 'sre/web',
  admissionRevision: 0,
  policyDigest: 'sha256:00',
  snapshotDigest: snapshot.digest,
  stepsDigest: 'sha256:00',
};

/** Back to an earlier deployment, with the steps of then. */
export function rollBack(service: Service, more: Partial<RollbackRequested['data']> = {}): Promise<void> {
  const data: RollbackRequested['data'] = {
    deployment: 'production-7',
    target: target('production'),
    environment: 'production',
    application: 'shop/web',
    candidate: '1.8.0-rc1',
    release: RELEASE,
    snapshot,
    steps: steps('of-then'),
    onFailure: 'stop',
    pins,
    kind: 'rollback',
    cites: { stream: targetStream(target('production')), revision: 4, deployment: 'production-3' },
    reason: 'slow',
    by: DAVE,
    ...more,
  };
  return service.happens(targetStream(data.target), { type: 'RollbackRequested', data });
}

export const rollbackReview = `review-${target('production')}/production-7`;

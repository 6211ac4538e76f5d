import type { Reason } from '@slipway/kernel';
import { admission, CAROL, facts, NOON, RELEASE, snapshot, thing } from './admission.fixtures.js';
import type { AdmissionAt } from './matching.js';
import type { CloseReview, EnvironmentFacts, EvaluateReview, EvaluationFacts, MatchRelease, OpenReview, RecordVerified } from './reactor.commands.js';
import type { ApproveCommand, PromoteCommand, RejectCommand } from './review.consent.js';
import type { EnvironmentEntered, ReviewAdmitted, ReviewedThing, ReviewEvent } from './review.events.js';

const service = { actor: 'service:admission', at: NOON };
const { subject } = thing;

// Commands.
export const open = (data: ReviewedThing = thing): OpenReview => ({ type: 'OpenReview', data, ...service });
export const match = (...admissions: AdmissionAt[]): MatchRelease => ({ type: 'MatchRelease', data: {}, admissions, ...service });
export const evaluate = (more: Partial<EvaluationFacts> = {}, at = NOON): EvaluateReview => ({ type: 'EvaluateReview', data: {}, facts: facts(more), ...service, at });
export const verify = (environment: string, snapshotDigest = snapshot.digest, at = NOON): RecordVerified => ({
  type: 'RecordVerified',
  data: { environment, deployment: { stream: `target-sre/${environment}/shop/web`, revision: 9 }, snapshotDigest, at },
  ...service,
});
export const close = (reason: 'cancelled' | 'failed'): CloseReview => ({ type: 'CloseReview', data: { reason }, ...service });
export const approve = (actor: string, environment = 'production', more: Partial<ApproveCommand> = {}): ApproveCommand => ({
  type: 'ApproveRelease',
  data: { release: RELEASE, environment },
  actor,
  emails: [],
  exceptions: [],
  at: NOON,
  ...more,
});
export const promote = (environment: string, actor = CAROL): PromoteCommand => ({ type: 'PromoteRelease', data: { release: RELEASE, environment }, actor, at: NOON });
export const reject = (actor: string, environment = 'production', found: EnvironmentFacts | null = facts()): RejectCommand => ({
  type: 'RejectRelease',
  data: { release: RELEASE, environment, reason: 'not on a Friday' },
  actor,
  emails: [],
  at: NOON,
  facts: found,
});

// Events.
export const opened = (data: ReviewedThing = thing): ReviewEvent => ({ type: 'ReviewOpened', data });
export const awaited = (...reasons: Reason[]): ReviewEvent => ({ type: 'MatchAwaited', data: { subject, reasons } });
export const matched = ({ spec, revision }: AdmissionAt = admission()): ReviewEvent => ({
  type: 'ReleaseMatched',
  data: {
    subject,
    plan: thing.plan,
    planRevision: thing.planRevision,
    admission: spec.admission,
    admissionRevision: revision,
    environments: spec.environments.map(({ name }) => name),
  },
});
export const entered = (environment: string): EnvironmentEntered => ({ type: 'EnvironmentEntered', data: { subject, environment } });
export const approval = (by: string, environment = 'production'): ReviewEvent => ({ type: 'ApprovalGiven', data: { subject, environment, by } });
export const promotion = (environment: string, by = CAROL): ReviewEvent => ({ type: 'PromotionRequested', data: { subject, environment, by } });
export const held = (environment: string, ...reasons: Reason[]): ReviewEvent => ({ type: 'ReviewHeld', data: { subject, environment, reasons } });
export const closed = (reason: 'cancelled' | 'failed' | 'denied' | 'complete'): ReviewEvent => ({ type: 'ReviewClosed', data: { subject, reason } });
export const verified = (environment: string, at = NOON): ReviewEvent => ({
  type: 'EnvironmentVerified',
  data: { subject, environment, deployment: { stream: `target-sre/${environment}/shop/web`, revision: 9 }, snapshotDigest: snapshot.digest, at },
});
export const admitted = (environment: string, more: Partial<ReviewAdmitted['data']> = {}): ReviewAdmitted => ({
  type: 'ReviewAdmitted',
  data: {
    subject,
    environment,
    target: 'sre',
    application: 'shop/web',
    candidate: '1.8.0-rc1',
    snapshot,
    steps: admission().spec.environments.find(({ name }) => name === environment)?.steps ?? [],
    onFailure: 'stop',
    final: environment === 'production',
    gates: [{ gate: 'freeze', outcome: 'passed' }],
    approvedBy: [],
    pins,
    ...more,
  },
});

export const pins = {
  plan: thing.plan,
  planRevision: 3,
  admission: 'sre/web',
  admissionRevision: 0,
  policyDigest: 'sha256:70',
  snapshotDigest: snapshot.digest,
  stepsDigest: 'sha256:57',
};

/** A release that was verified in staging and stands before production. */
export const BEFORE_PRODUCTION: ReviewEvent[] = [opened(), matched(), entered('staging'), admitted('staging'), verified('staging'), entered('production')];

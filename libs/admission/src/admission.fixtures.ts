import type { Snapshot } from '@slipway/build/contract';
import type { RunStep } from '@slipway/deployment/contract';
import type { Exception } from './exception.events.js';
import type { Freeze } from './freeze.events.js';
import type { PolicyGate, PolicyRule } from './gate.js';
import type { AdmissionAt } from './matching.js';
import type { EvaluationFacts } from './reactor.commands.js';
import type { AdmittedEnvironment } from './release-plan-admission.commands.js';
import type { ReviewedThing } from './review.events.js';
import type { RuleContext } from './rules/rule.js';

export const NOON = '2026-03-02T12:00:00.000Z';
export const ALICE = 'person:alice';
export const BOB = 'person:bob';
export const CAROL = 'person:carol';
export const DAVE = 'person:dave';
export const RELEASE = 'shop/web-1.8.0-rc1-ab12c';

export const minutesAfter = (minutes: number, from = NOON): string => new Date(Date.parse(from) + minutes * 60_000).toISOString();

export const snapshot: Snapshot = {
  digest: 'sha256:5a',
  application: 'shop/web',
  candidate: '1.8.0-rc1',
  commit: 'c0ffee',
  components: [{ name: 'api', digest: 'sha256:a1', artifacts: [{ digest: 'sha256:a2', size: 42, mediaType: 'application/x-tar', path: 'dist' }] }],
  provenance: 'sha256:9f',
};

/** Requested by Alice, from a candidate that Bob cut. */
export const thing: ReviewedThing = {
  subject: { kind: 'release', release: RELEASE },
  application: 'shop/web',
  candidate: '1.8.0-rc1',
  plan: 'shop/web-to-sre',
  planRevision: 3,
  target: 'sre',
  snapshot,
  author: ALICE,
  candidateAuthor: BOB,
};

export const step = (name: string): RunStep => ({ name, type: 'run', command: ['true'] });

export const rollback: ReviewedThing = {
  ...thing,
  subject: { kind: 'rollback', release: RELEASE, target: 'sre/production/shop/web', deployment: 'production-7' },
  admission: 'web',
  steps: [step('pinned')],
};

export const environment = (name: string, more: Partial<AdmittedEnvironment> = {}): AdmittedEnvironment => ({ name, gates: [], steps: [step(`to-${name}`)], ...more });

export const STAGING = environment('staging');
export const PRODUCTION = environment('production', { gates: [{ type: 'upstream-verified' }, { type: 'approval', count: 2 }] });

export const admission = (name = 'sre/web', revision = 0, environments = [STAGING, PRODUCTION], applications = ['web']): AdmissionAt => ({
  spec: { admission: name, origin: 'shop', applications, environments },
  revision,
});

export const context = (more: Partial<RuleContext> = {}): RuleContext => ({
  thing,
  environment: 'production',
  upstream: { environment: 'staging', verified: null, rolledBack: false },
  approvals: [],
  exceptedBy: [],
  promoted: false,
  freezes: [],
  provenance: null,
  finding: null,
  now: NOON,
  ...more,
});

export const freeze = (more: Partial<Freeze> = {}): Freeze => ({
  freeze: 'sre/spring',
  environments: ['production'],
  from: minutesAfter(-60),
  until: null,
  reason: 'fair',
  by: CAROL,
  holdsRollbacks: false,
  ...more,
});

export const exception = (more: Partial<Exception> = {}): Exception => ({
  exception: 'sre/let-it-in',
  release: RELEASE,
  environment: 'production',
  gate: 'freeze',
  reason: 'outage',
  by: DAVE,
  until: null,
  ...more,
});

export const rule = (expression: string, more: Partial<PolicyRule> = {}): PolicyRule => ({ code: 'RULE', expression, message: 'not so', ...more });

export const policy = (...rules: PolicyRule[]): PolicyGate => ({ type: 'policy', name: 'house', rules });

export const facts = (more: Partial<EvaluationFacts> = {}): EvaluationFacts => ({
  admission: admission(),
  policyDigest: 'sha256:70',
  stepsDigest: 'sha256:57',
  freezes: [],
  exceptions: [],
  upstreamRolledBack: false,
  provenance: null,
  finding: null,
  ...more,
});

import type { Pins, Step } from '@slipway/deployment/contract';
import type { PolicyGate } from './gate.js';
import type { EnvironmentFacts } from './reactor.commands.js';
import type { AdmittedEnvironment } from './release-plan-admission.commands.js';
import type { ReleasePlanAdmissionSpec } from './release-plan-admission.events.js';
import type { ReviewedThing } from './review.events.js';
import type { ProvenanceFinding } from './rules/rule.js';

export const admittedEnvironment = (spec: ReleasePlanAdmissionSpec, name: string): AdmittedEnvironment | undefined =>
  spec.environments.find((environment) => environment.name === name);

/** What a policy digest is made over. Empty for an environment that the admission doesn't have. */
export const policyGatesOf = (environment: AdmittedEnvironment | undefined): PolicyGate[] =>
  (environment?.gates ?? []).filter((gate) => gate.type === 'policy');

/** What is deployed with: a rollback's pinned steps, or those that the admission has today. */
export const stepsOf = (thing: ReviewedThing, environment: AdmittedEnvironment | undefined): readonly Step[] => thing.steps ?? environment?.steps ?? [];

/** Everything that a decision rested on. `finding`: null where nobody looked at the provenance. */
export function pinsOf({ plan, planRevision, snapshot }: ReviewedThing, { admission, policyDigest, stepsDigest }: EnvironmentFacts, finding: ProvenanceFinding): Pins {
  return {
    plan,
    planRevision,
    admission: admission.spec.admission,
    admissionRevision: admission.revision,
    policyDigest,
    snapshotDigest: snapshot.digest,
    stepsDigest,
    ...(finding && 'keys' in finding && { provenance: { digest: finding.digest, keys: finding.keys } }),
  };
}

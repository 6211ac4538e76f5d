/**
 * Why a release waits or is denied. Closed, but for the codes that a policy's own rules bring.
 * The command line prints these, so a search for one ends at the rule that gives it.
 */
export type ReasonCode =
  // matching.ts
  | 'NO_ADMISSION'
  | 'ADMISSION_NAMES_OTHERS'
  | 'AMBIGUOUS_ADMISSION'
  // rules/
  | 'APPROVAL_MISSING'
  | 'NOT_VERIFIED_UPSTREAM'
  | 'SOAKING'
  | 'ROLLED_BACK_UPSTREAM'
  | 'FROZEN'
  | 'PROMOTION_MANUAL'
  | 'POLICY_NOT_EVALUATED'
  | 'PROVENANCE_NOT_READ'
  // libs/provenance finds them, rules/provenance.rule.ts denies with them
  | 'PROVENANCE_UNSIGNED'
  | 'PROVENANCE_MALFORMED'
  | 'PROVENANCE_KEY_UNTRUSTED'
  | 'PROVENANCE_KEY_EXPIRED'
  | 'PROVENANCE_KEY_REVOKED'
  | 'PROVENANCE_BUILDER_MISMATCH'
  | 'PROVENANCE_SOURCE_MISMATCH'
  | 'PROVENANCE_COMMIT_MISMATCH'
  | 'PROVENANCE_CANDIDATE_MISMATCH'
  | 'PROVENANCE_DIGEST_MISMATCH'
  // review.decider.ts
  | 'REJECTED'
  | 'ENVIRONMENT_NOT_ADMITTED';

/** These end when a person acts or a deployment succeeds, and each of those wakes the review. */
const WOKEN_BY_EVENTS: ReadonlySet<string> = new Set<ReasonCode>([
  'NO_ADMISSION',
  'ADMISSION_NAMES_OTHERS',
  'AMBIGUOUS_ADMISSION',
  'APPROVAL_MISSING',
  'NOT_VERIFIED_UPSTREAM',
  'PROMOTION_MANUAL',
]);

/** True when time alone may let the review pass: a soak, a freeze's end, a policy that says wait, a file that can't be read yet. */
export const endsWithTime = (code: string): boolean => !WOKEN_BY_EVENTS.has(code);

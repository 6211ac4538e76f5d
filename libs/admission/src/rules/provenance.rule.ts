import { PASS, type RuleContext, type Verdict, wait } from './rule.js';

/** The provenance is signed by keys that the admission trusts, and speaks of this snapshot, its source and a trusted builder. */
export function provenanceRule({ finding }: Pick<RuleContext, 'finding'>): Verdict {
  if (!finding) return PASS;
  if ('unreadable' in finding) return wait('PROVENANCE_NOT_READ', `the provenance can't be read now: ${finding.unreadable}; it is tried again`);
  return finding.reasons.length === 0 ? PASS : { outcome: 'deny', reasons: finding.reasons };
}

import type { Reason } from '@slipway/kernel';
import type { PolicyGate, PolicyRule } from '../gate.js';
import { ask, mentionsProvenance, saidBy } from '../policy-language.js';
import type { ReasonCode } from '../reason-code.js';
import { type GateContext, PASS, type Verdict } from './rule.js';

interface Complaint {
  readonly outcome: 'wait' | 'deny';
  readonly reason: Reason;
}

/** Every expression is true. A false one denies, or waits where it says so; one that can't be answered denies: silence is no consent. */
export function policyRule(context: GateContext<PolicyGate>): Verdict {
  const complaints = context.gate.rules.flatMap((rule) => complaintOf(rule, context) ?? []);
  if (complaints.length === 0) return PASS;
  const denials = complaints.filter(({ outcome }) => outcome === 'deny');
  return denials.length > 0
    ? { outcome: 'deny', reasons: denials.map(({ reason }) => reason) }
    : { outcome: 'wait', reasons: complaints.map(({ reason }) => reason) };
}

function complaintOf(rule: PolicyRule, context: GateContext<PolicyGate>): Complaint | null {
  const { provenance } = context;
  if (provenance && 'unreadable' in provenance && mentionsProvenance(rule.expression)) {
    return complain('wait', 'PROVENANCE_NOT_READ' satisfies ReasonCode, `${rule.code} needs the provenance, which can't be read now: ${provenance.unreadable}; it is tried again`);
  }
  try {
    return ask(rule.expression, context) ? null : complain(rule.otherwise ?? 'deny', rule.code, rule.message);
  } catch (error) {
    return complain('deny', 'POLICY_NOT_EVALUATED' satisfies ReasonCode, `${rule.code} could not be evaluated: ${saidBy(error)}`);
  }
}

function complain(outcome: Complaint['outcome'], code: string, message: string): Complaint {
  return { outcome, reason: { code, message } };
}

import { never, type Reason } from '@slipway/kernel';
import type { Exception } from './exception.events.js';
import type { Gate } from './gate.js';
import { isBefore } from './instant.js';
import type { AdmittedEnvironment } from './release-plan-admission.commands.js';
import type { GateOutcome } from './review.events.js';
import { approvalRule } from './rules/approval.rule.js';
import { freezeWindowRule } from './rules/freeze-window.rule.js';
import { manualPromotionRule } from './rules/manual-promotion.rule.js';
import { policyRule } from './rules/policy.rule.js';
import { provenanceRule } from './rules/provenance.rule.js';
import type { RuleContext, Verdict } from './rules/rule.js';
import { upstreamVerifiedRule } from './rules/upstream-verified.rule.js';

export type Evaluation =
  | { readonly outcome: 'admit'; readonly gates: readonly GateOutcome[] }
  | { readonly outcome: 'hold' | 'deny'; readonly reasons: readonly Reason[] };

/** Those that hold without being listed among an environment's gates. */
type ImpliedGate = { readonly type: 'promotion' | 'provenance' };
type AskedGate = Gate | ImpliedGate;

interface Answer {
  /** The gate as people see it: its type, and a policy's name. */
  readonly name: string;
  readonly verdict: Verdict;
  /** The exception that stands in for a gate that did not pass. */
  readonly exception?: Exception;
}

/**
 * Asks every gate of an environment, never stopping at the first, so that people see all that is missing at once.
 * Any denial denies, with the reasons of all denials; else any waiting holds, with the reasons of all that wait.
 */
export function evaluate(environment: AdmittedEnvironment, context: RuleContext, exceptions: readonly Exception[]): Evaluation {
  const answers = gatesToAsk(environment, context).map((gate) => answer(gate, context, exceptions));
  const denials = reasonsOf(answers, 'deny');
  if (denials.length > 0) return { outcome: 'deny', reasons: denials };
  const waits = reasonsOf(answers, 'wait');
  return waits.length > 0 ? { outcome: 'hold', reasons: waits } : { outcome: 'admit', gates: answers.map(outcomeOf) };
}

/**
 * A freeze holds everywhere, listed or not, and trust in every environment of an admission that lists any. A rollback
 * restores what was admitted once: it is asked for freezes, today's trust and today's policy alone.
 */
function gatesToAsk(environment: AdmittedEnvironment, context: RuleContext): AskedGate[] {
  const listed = environment.gates.filter((gate) => gate.type !== 'freeze');
  const everywhere: AskedGate[] = [{ type: 'freeze' }, ...(context.finding ? [{ type: 'provenance' as const }] : [])];
  if (context.thing.subject.kind === 'rollback') return [...everywhere, ...listed.filter((gate) => gate.type === 'policy')];
  return [...(environment.promotion === 'manual' ? [{ type: 'promotion' as const }] : []), ...everywhere, ...listed];
}

function answer(gate: AskedGate, context: RuleContext, exceptions: readonly Exception[]): Answer {
  const verdict = verdictOf(gate, context);
  const exception = verdict.outcome === 'pass' ? undefined : exceptions.find((candidate) => lets(candidate, gate.type, context));
  return { name: gate.type === 'policy' ? `policy/${gate.name}` : gate.type, verdict, ...(exception && { exception }) };
}

function verdictOf(gate: AskedGate, context: RuleContext): Verdict {
  switch (gate.type) {
    case 'approval':
      return approvalRule({ ...context, gate });
    case 'upstream-verified':
      return upstreamVerifiedRule({ ...context, gate });
    case 'freeze':
      return freezeWindowRule(context);
    case 'policy':
      return policyRule({ ...context, gate });
    case 'promotion':
      return manualPromotionRule(context);
    case 'provenance':
      return provenanceRule(context);
    default:
      return never(gate);
  }
}

const lets = (exception: Exception, gate: AskedGate['type'], { thing, environment, now }: RuleContext): boolean =>
  exception.release === thing.subject.release && exception.environment === environment && exception.gate === gate && isBefore(now, exception.until);

const reasonsOf = (answers: readonly Answer[], outcome: 'wait' | 'deny'): Reason[] =>
  answers.flatMap(({ verdict, name, exception }) =>
    verdict.outcome === outcome && !exception ? verdict.reasons.map((reason) => ({ ...reason, at: name })) : [],
  );

const outcomeOf = ({ name, exception }: Answer): GateOutcome =>
  exception ? { gate: name, outcome: 'excepted', exception: exception.exception } : { gate: name, outcome: 'passed' };

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
import type { RuleContext, Verdict } from './rules/rule.js';
import { upstreamVerifiedRule } from './rules/upstream-verified.rule.js';

export type Evaluation =
  | { readonly outcome: 'admit'; readonly gates: readonly GateOutcome[] }
  | { readonly outcome: 'hold' | 'deny'; readonly reasons: readonly Reason[] };

type GateType = Gate['type'] | 'promotion';

interface Answer {
  readonly type: GateType;
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

/** A freeze holds everywhere, listed or not. A rollback restores what was admitted once: it is asked for freezes and today's policy alone. */
function gatesToAsk(environment: AdmittedEnvironment, context: RuleContext): (Gate | { type: 'promotion' })[] {
  const listed = environment.gates.filter((gate) => gate.type !== 'freeze');
  if (context.thing.subject.kind === 'rollback') return [{ type: 'freeze' }, ...listed.filter((gate) => gate.type === 'policy')];
  return [...(environment.promotion === 'manual' ? [{ type: 'promotion' as const }] : []), { type: 'freeze' }, ...listed];
}

function answer(gate: Gate | { type: 'promotion' }, context: RuleContext, exceptions: readonly Exception[]): Answer {
  const verdict = verdictOf(gate, context);
  const exception = verdict.outcome === 'pass' ? undefined : exceptions.find((candidate) => lets(candidate, gate.type, context));
  return { type: gate.type, name: gate.type === 'policy' ? `policy/${gate.name}` : gate.type, verdict, ...(exception && { exception }) };
}

function verdictOf(gate: Gate | { type: 'promotion' }, context: RuleContext): Verdict {
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
    default:
      return never(gate);
  }
}

const lets = (exception: Exception, gate: GateType, { thing, environment, now }: RuleContext): boolean =>
  exception.release === thing.subject.release && exception.environment === environment && exception.gate === gate && isBefore(now, exception.until);

const reasonsOf = (answers: readonly Answer[], outcome: 'wait' | 'deny'): Reason[] =>
  answers.flatMap(({ verdict, name, exception }) =>
    verdict.outcome === outcome && !exception ? verdict.reasons.map((reason) => ({ ...reason, at: name })) : [],
  );

const outcomeOf = ({ name, exception }: Answer): GateOutcome =>
  exception ? { gate: name, outcome: 'excepted', exception: exception.exception } : { gate: name, outcome: 'passed' };

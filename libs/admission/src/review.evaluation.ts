import { canonicalJson, never, type Reason, SlipwayError } from '@slipway/kernel';
import { excepters } from './authorship.js';
import { evaluate } from './evaluate.js';
import { admits } from './matching.js';
import { admittedEnvironment, pinsOf, stepsOf } from './pins.js';
import type { EvaluateReview, EvaluationFacts } from './reactor.commands.js';
import type { ReasonCode } from './reason-code.js';
import type { AdmittedEnvironment } from './release-plan-admission.commands.js';
import type { GateOutcome, ReviewEvent } from './review.events.js';
import { environmentOf, type ReviewState, type UnderReview, underReview, upstreamOf } from './review.state.js';
import { countedApprovals } from './rules/approval.rule.js';
import type { RuleContext } from './rules/rule.js';

interface Case extends UnderReview {
  readonly facts: EvaluationFacts;
}

/** Holds, denies or admits the environment under review. */
export function evaluateReview({ facts, at }: EvaluateReview, state: ReviewState): ReviewEvent[] {
  const under = underReview(state);
  if (!under) return [];
  if (!facts) throw new SlipwayError('INTERNAL', `nothing was looked up for ${under.thing.subject.release} in ${under.environment}`);
  if (isStale(state, facts)) return [];
  const { spec } = facts.admission;
  const environment = admits(spec, under.thing.application) ? admittedEnvironment(spec, under.environment) : undefined;
  if (!environment) return denied({ ...under, facts }, [notAdmitted(under)]);
  const evaluation = evaluate(environment, contextOf(under, facts, state, at), facts.exceptions);
  switch (evaluation.outcome) {
    case 'hold':
      return held(under, evaluation.reasons, state);
    case 'deny':
      return denied({ ...under, facts }, evaluation.reasons);
    case 'admit':
      return admitted({ ...under, facts }, environment, evaluation.gates, state);
    default:
      return never(evaluation);
  }
}

/** The admission was written again since it matched: the release is matched to what it says now before anything is decided. */
const isStale = (state: ReviewState, { admission }: EvaluationFacts): boolean =>
  state.thing?.subject.kind === 'release' && state.matched?.admissionRevision !== admission.revision;

function contextOf({ thing, environment }: UnderReview, { admission, exceptions, freezes, provenance, finding, upstreamRolledBack }: EvaluationFacts, state: ReviewState, now: string): RuleContext {
  const { approvals, promoted } = environmentOf(state, environment);
  const before = upstreamOf(state, environment);
  const upstream = before && { ...before, rolledBack: upstreamRolledBack };
  const exceptedBy = excepters(exceptions, thing.subject.release, environment);
  // Trust that is listed is asked for, whatever was looked up.
  const found = admission.spec.trust ? (finding ?? { unreadable: 'it was not looked up' }) : null;
  return { thing, environment, upstream, approvals, exceptedBy, promoted, freezes, provenance, finding: found, now };
}

/** Only a rollback comes here: what it goes back to was admitted once, and is no longer. */
function notAdmitted({ thing, environment, admission }: UnderReview): Reason {
  const code: ReasonCode = 'ENVIRONMENT_NOT_ADMITTED';
  return { code, message: `${admission} no longer admits ${thing.application} to ${environment}; ask ${thing.target} to admit it, then roll back again` };
}

function held({ thing, environment }: UnderReview, reasons: readonly Reason[], state: ReviewState): ReviewEvent[] {
  const known = canonicalJson(environmentOf(state, environment).held) === canonicalJson(reasons);
  return known ? [] : [{ type: 'ReviewHeld', data: { subject: thing.subject, environment, reasons } }];
}

function denied({ thing, environment, facts }: Case, reasons: readonly Reason[]): ReviewEvent[] {
  const { subject } = thing;
  return [
    { type: 'ReviewDenied', data: { subject, environment, reasons, pins: pinsOf(thing, facts, facts.finding) } },
    { type: 'ReviewClosed', data: { subject, reason: 'denied' } },
  ];
}

function admitted({ thing, environment, facts }: Case, spec: AdmittedEnvironment, gates: readonly GateOutcome[], state: ReviewState): ReviewEvent[] {
  const { subject, target, application, candidate, snapshot } = thing;
  const isRollback = subject.kind === 'rollback';
  const data = {
    subject,
    environment,
    target,
    application,
    candidate,
    snapshot,
    steps: stepsOf(thing, spec),
    // A rollback that fails must not start another one by itself.
    onFailure: isRollback ? 'stop' : (spec.onFailure ?? 'stop'),
    final: !isRollback && isLast(environment, state),
    gates,
    approvedBy: countedApprovals({ thing, approvals: environmentOf(state, environment).approvals, exceptedBy: excepters(facts.exceptions, subject.release, environment) }),
    pins: pinsOf(thing, facts, facts.finding),
  } as const;
  const event: ReviewEvent = { type: 'ReviewAdmitted', data };
  return isRollback ? [event, { type: 'ReviewClosed', data: { subject, reason: 'complete' } }] : [event];
}

const isLast = (environment: string, state: ReviewState): boolean =>
  (state.matched?.environments ?? []).every((name) => name === environment || environmentOf(state, name).verified !== null);

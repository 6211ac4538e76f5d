import { canonicalJson, SlipwayError } from '@slipway/kernel';
import { matchPlan } from './matching.js';
import type { CloseReview, MatchRelease, OpenReview, RecordVerified } from './reactor.commands.js';
import type { ReviewedThing, ReviewEvent } from './review.events.js';
import { environmentOf, evolveReview, type ReviewState } from './review.state.js';

export function open({ data }: OpenReview, state: ReviewState): ReviewEvent[] {
  return state.thing ? [] : [{ type: 'ReviewOpened', data }];
}

/**
 * Consent is asked for again whenever the admission may have changed: what its team wrote last is what counts, also for
 * a release on its way. A deployment under way ends first: its environment was decided. Approvals stay: people approved
 * this snapshot for that environment.
 */
export function matchRelease({ admissions }: MatchRelease, state: ReviewState): ReviewEvent[] {
  const thing = openedThing(state);
  const { subject, plan, planRevision } = thing;
  if (state.closed || subject.kind === 'rollback' || isUnderway(state)) return [];
  const matching = matchPlan(thing, admissions);
  if ('waiting' in matching) {
    const known = !state.matched && canonicalJson(state.awaited) === canonicalJson(matching.waiting);
    return known ? [] : [{ type: 'MatchAwaited', data: { subject, reasons: matching.waiting } }];
  }
  const { spec, revision } = matching.matched;
  if (state.matched?.admission === spec.admission && state.matched.admissionRevision === revision) return [];
  const environments = spec.environments.map(({ name }) => name);
  return thenAdvance(state, {
    type: 'ReleaseMatched',
    data: { subject, plan, planRevision, admission: spec.admission, admissionRevision: revision, environments },
  });
}

export function recordVerified({ data }: RecordVerified, state: ReviewState): ReviewEvent[] {
  const { subject, snapshot } = openedThing(state);
  const { decided, verified } = environmentOf(state, data.environment);
  if (state.closed || verified) return [];
  if (decided !== 'admitted' || data.snapshotDigest !== snapshot.digest) {
    // Nothing that this review admitted. Never taken for a success; the reaction fails and is seen.
    throw new SlipwayError('ENVIRONMENT_NOT_READY', `${data.snapshotDigest} of ${subject.release} was never admitted to ${data.environment}`);
  }
  return thenAdvance(state, { type: 'EnvironmentVerified', data: { subject, ...data } });
}

export function close({ data }: CloseReview, state: ReviewState): ReviewEvent[] {
  const { subject } = openedThing(state);
  return state.closed ? [] : [{ type: 'ReviewClosed', data: { subject, reason: data.reason } }];
}

const thenAdvance = (state: ReviewState, event: ReviewEvent): ReviewEvent[] => [event, ...advance(evolveReview(state, event))];

/** Into the first environment that was not verified yet, once the one before is; or to the end after the last. */
function advance(state: ReviewState): ReviewEvent[] {
  const { subject } = openedThing(state);
  if (!state.matched) return [];
  const next = state.matched.environments.find((name) => !environmentOf(state, name).verified);
  if (next === undefined) return [{ type: 'ReviewClosed', data: { subject, reason: 'complete' } }];
  return next === state.current ? [] : [{ type: 'EnvironmentEntered', data: { subject, environment: next } }];
}

/** Admitted and not verified yet: the deployment decides what comes next. */
function isUnderway(state: ReviewState): boolean {
  if (state.current === null) return false;
  const { decided, verified } = environmentOf(state, state.current);
  return decided === 'admitted' && !verified;
}

function openedThing(state: ReviewState): ReviewedThing {
  if (!state.thing) throw new SlipwayError('REVIEW_NOT_FOUND', 'the review was not opened yet');
  return state.thing;
}

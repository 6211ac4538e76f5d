import { never, type Reason, SlipwayError } from '@slipway/kernel';
import type { ReviewClosed, ReviewedThing, ReviewEvent } from './review.events.js';

/** One environment of the reviewed thing. */
export interface EnvironmentReview {
  readonly decided: 'no' | 'admitted' | 'denied';
  /** Distinct people, in the order of their approvals. */
  readonly approvals: readonly string[];
  readonly promoted: boolean;
  /** Why it waits, as last written. */
  readonly held: readonly Reason[];
  readonly verified: { readonly at: string; readonly snapshotDigest: string } | null;
}

export interface ReviewState {
  /** Null: not opened. */
  readonly thing: ReviewedThing | null;
  /** The admission that answers the plan, at the revision that counts; null while none does. */
  readonly matched: { readonly admission: string; readonly admissionRevision: number; readonly environments: readonly string[] } | null;
  /** Why no admission answers, as last written. */
  readonly awaited: readonly Reason[];
  /** The environment that was entered last. */
  readonly current: string | null;
  readonly environments: Readonly<Record<string, EnvironmentReview>>;
  readonly closed: ReviewClosed['data']['reason'] | null;
}

export const initialReview: ReviewState = {
  thing: null,
  matched: null,
  awaited: [],
  current: null,
  environments: {},
  closed: null,
};

const UNTOUCHED: EnvironmentReview = { decided: 'no', approvals: [], promoted: false, held: [], verified: null };

/** By own members alone: "constructor" is a name that an environment may have. */
export const environmentOf = ({ environments }: ReviewState, name: string): EnvironmentReview =>
  (Object.hasOwn(environments, name) ? environments[name] : undefined) ?? UNTOUCHED;

export function evolveReview(state: ReviewState, event: ReviewEvent): ReviewState {
  switch (event.type) {
    case 'ReviewOpened':
      return opened(state, event.data);
    case 'MatchAwaited':
      return { ...state, matched: null, awaited: event.data.reasons };
    case 'ReleaseMatched': {
      const { admission, admissionRevision, environments } = event.data;
      const matched = { ...state, matched: { admission, admissionRevision, environments }, awaited: [] };
      // What held it was said of the admission before: it is said anew.
      return state.current === null ? matched : withEnvironment(matched, state.current, { held: [] });
    }
    case 'EnvironmentEntered':
      return withEnvironment({ ...state, current: event.data.environment }, event.data.environment, { held: [] });
    case 'PromotionRequested':
      return withEnvironment(state, event.data.environment, { promoted: true });
    case 'ApprovalGiven': {
      const { environment, by } = event.data;
      return withEnvironment(state, environment, { approvals: [...environmentOf(state, environment).approvals, by] });
    }
    case 'ReviewHeld':
      return withEnvironment(state, event.data.environment, { held: event.data.reasons });
    case 'ReviewDenied':
      return withEnvironment(state, event.data.environment, { decided: 'denied' });
    case 'ReviewAdmitted':
      return withEnvironment(state, event.data.environment, { decided: 'admitted', held: [] });
    case 'EnvironmentVerified': {
      const { environment, at, snapshotDigest } = event.data;
      return withEnvironment(state, environment, { verified: { at, snapshotDigest } });
    }
    case 'ReviewClosed':
      return { ...state, closed: event.data.reason };
    default:
      return never(event);
  }
}

/** A rollback stays in its environment, so its review is there from the start. */
function opened(state: ReviewState, thing: ReviewedThing): ReviewState {
  return { ...state, thing, current: thing.subject.kind === 'rollback' ? environmentOfTarget(thing.subject.target) : null };
}

/** `managed workspace/environment/workspace/application` → `environment`. */
function environmentOfTarget(target: string): string {
  const environment = target.split('/')[1];
  if (!environment) throw new SlipwayError('INTERNAL', `"${target}" is not the name of a target`);
  return environment;
}

function withEnvironment(state: ReviewState, name: string, change: Partial<EnvironmentReview>): ReviewState {
  return { ...state, environments: { ...state.environments, [name]: { ...environmentOf(state, name), ...change } } };
}

/** What an evaluation would look at now. */
export interface UnderReview {
  readonly thing: ReviewedThing;
  readonly environment: string;
  /** Qualified name of the admission that rules it. */
  readonly admission: string;
}

/** Null: nothing is opened, matched and undecided. */
export function underReview(state: ReviewState): UnderReview | null {
  const { thing, matched, current, closed } = state;
  if (!thing || closed || !current || environmentOf(state, current).decided !== 'no') return null;
  const admission = thing.subject.kind === 'rollback' ? `${thing.target}/${thing.admission}` : matched?.admission;
  return admission === undefined ? null : { thing, environment: current, admission };
}

/** The environment before another one, in the order of the admission; null for the first. */
export function upstreamOf(state: ReviewState, environment: string): { environment: string; verified: EnvironmentReview['verified'] } | null {
  const order = state.matched?.environments ?? [];
  const before = order[order.indexOf(environment) - 1];
  return before === undefined ? null : { environment: before, verified: environmentOf(state, before).verified };
}

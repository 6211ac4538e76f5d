import { type Command, isPerson, SlipwayError } from '@slipway/kernel';
import { authorship, excepters } from './authorship.js';
import type { Exception } from './exception.events.js';
import { pinsOf } from './pins.js';
import type { EnvironmentFacts } from './reactor.commands.js';
import type { ReasonCode } from './reason-code.js';
import type { ApproveRelease, PromoteRelease, RejectRelease } from './review.commands.js';
import type { ReviewedThing, ReviewEvent } from './review.events.js';
import { environmentOf, type ReviewState } from './review.state.js';

/** What is known of who speaks. */
interface Speaker {
  readonly emails: readonly string[];
}

/** With the exceptions of the managed workspace. */
export type ApproveCommand = Command<'ApproveRelease', ApproveRelease> & Speaker & { readonly exceptions: readonly Exception[] };
export type PromoteCommand = Command<'PromoteRelease', PromoteRelease>;
/** Null facts: the release is not matched, so there is nothing to reject. */
export type RejectCommand = Command<'RejectRelease', RejectRelease> & Speaker & { readonly facts: EnvironmentFacts | null };

/** What people say to a release. */
type ConsentCommand = ApproveCommand | PromoteCommand | RejectCommand;

/** The same person twice counts once. */
export function approve(command: ApproveCommand, state: ReviewState): ReviewEvent[] {
  const thing = undecided(command, state);
  refuseUnfitApprover(command, thing);
  const { environment, comment } = command.data;
  refuseExcepter(command);
  if (environmentOf(state, environment).approvals.includes(command.actor)) return [];
  return [{ type: 'ApprovalGiven', data: { subject: thing.subject, environment, by: command.actor, ...(comment !== undefined && { comment }) } }];
}

/** One no, from somebody who could have approved, ends the release. */
export function reject(command: RejectCommand, state: ReviewState): ReviewEvent[] {
  const thing = undecided(command, state);
  refuseUnfitApprover(command, thing);
  if (!command.facts) throw new SlipwayError('INTERNAL', `nothing was looked up to reject ${command.data.release} with`);
  const { subject } = thing;
  const { environment, reason } = command.data;
  const code: ReasonCode = 'REJECTED';
  const reasons = [{ code, message: `${command.actor} rejected it: ${reason}` }];
  return [
    { type: 'ReviewDenied', data: { subject, environment, reasons, pins: pinsOf(thing, command.facts, null), by: command.actor } },
    { type: 'ReviewClosed', data: { subject, reason: 'denied' } },
  ];
}

/** Asked for where the release stands: a promotion in advance would be no look at what is verified. */
export function promote(command: PromoteCommand, state: ReviewState): ReviewEvent[] {
  const { subject } = undecided(command, state);
  const { environment, release } = command.data;
  if (environment !== state.current) {
    throw new SlipwayError('ENVIRONMENT_NOT_READY', `${release} is in ${state.current ?? 'no environment'}; promote it to ${environment} when it was verified in the environment before`);
  }
  return environmentOf(state, environment).promoted ? [] : [{ type: 'PromotionRequested', data: { subject, environment, by: command.actor } }];
}

/** The thing under review, where the environment can still be decided. */
function undecided({ data: { release, environment } }: ConsentCommand, state: ReviewState): ReviewedThing {
  const { thing, matched, awaited, closed } = state;
  if (!thing) throw new SlipwayError('REVIEW_NOT_FOUND', `there is no review of ${release}; check the name, or try again in a moment when it was requested just now`);
  if (closed) throw new SlipwayError('REVIEW_ENDED', `the review of ${release} has ended: ${closed}`);
  if (!matched) throw new SlipwayError('ENVIRONMENT_NOT_READY', `${release} waits for an admission; try again when it is matched`, awaited);
  if (!matched.environments.includes(environment)) {
    throw new SlipwayError('ENVIRONMENT_NOT_FOUND', `${matched.admission} has no environment ${environment}, but ${matched.environments.join(', ')}`);
  }
  const { decided } = environmentOf(state, environment);
  if (decided !== 'no') throw new SlipwayError('REVIEW_ENDED', `the review of ${release} in ${environment} has ended: ${decided}`);
  return thing;
}

function refuseUnfitApprover({ actor, emails }: ApproveCommand | RejectCommand, thing: ReviewedThing): void {
  if (!isPerson(actor)) throw new SlipwayError('APPROVER_NOT_A_PERSON', `${actor} is not a person; a person must say yes or no`);
  const did = authorship(thing, actor, emails);
  if (did) throw new SlipwayError('APPROVER_IS_AUTHOR', `${actor} ${did}: ${thing.subject.release}; somebody else must say yes or no`);
}

/** Whoever wrote an exception does not review it: the release would enter on one person's word. */
function refuseExcepter({ actor, data: { release, environment }, exceptions }: ApproveCommand): void {
  if (!excepters(exceptions, release, environment).includes(actor)) return;
  throw new SlipwayError('APPROVER_IS_AUTHOR', `${actor} wrote an exception for ${release} in ${environment}; somebody else must say yes`);
}

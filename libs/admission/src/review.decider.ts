import { type Decider, never } from '@slipway/kernel';
import type { CloseReview, EvaluateReview, MatchRelease, OpenReview, RecordVerified } from './reactor.commands.js';
import { approve, type ApproveCommand, promote, type PromoteCommand, reject, type RejectCommand } from './review.consent.js';
import { evaluateReview } from './review.evaluation.js';
import type { ReviewEvent } from './review.events.js';
import { close, matchRelease, open, recordVerified } from './review.progress.js';
import { evolveReview, initialReview, type ReviewState } from './review.state.js';

export type ReviewCommand =
  | OpenReview
  | MatchRelease
  | EvaluateReview
  | RecordVerified
  | CloseReview
  | ApproveCommand
  | RejectCommand
  | PromoteCommand;

/**
 * All reviews of one release (environment after environment), or the one review of a rollback.
 * People's commands throw REVIEW_NOT_FOUND, REVIEW_ENDED, APPROVER_NOT_A_PERSON, APPROVER_IS_AUTHOR,
 * ENVIRONMENT_NOT_FOUND and ENVIRONMENT_NOT_READY. Reactors' commands change nothing after the end.
 */
export const reviewDecider: Decider<ReviewCommand, ReviewState, ReviewEvent> = {
  initial: () => initialReview,
  evolve: evolveReview,
  decide(command, state) {
    switch (command.type) {
      case 'OpenReview':
        return open(command, state);
      case 'MatchRelease':
        return matchRelease(command, state);
      case 'EvaluateReview':
        return evaluateReview(command, state);
      case 'RecordVerified':
        return recordVerified(command, state);
      case 'CloseReview':
        return close(command, state);
      case 'ApproveRelease':
        return approve(command, state);
      case 'RejectRelease':
        return reject(command, state);
      case 'PromoteRelease':
        return promote(command, state);
      default:
        return never(command);
    }
  },
};

import { Injectable } from '@nestjs/common';
import {
  type ApproveRelease,
  type PromoteRelease,
  type RecordVerified,
  type RejectRelease,
  reviewDecider,
  type ReviewedThing,
  reviewStream,
} from '@slipway/admission';
import type { CommandAnswer } from '@slipway/kernel';
import { type Call, CommandHandler } from '@slipway/service-kit';
import { Lookup } from './lookup.js';

/** What people and other contexts bring to a review. */
@Injectable()
export class Reviews {
  constructor(
    private readonly handler: CommandHandler,
    private readonly lookup: Lookup,
  ) {}

  /** Throws REVIEW_NOT_FOUND, REVIEW_ENDED, APPROVER_NOT_A_PERSON, APPROVER_IS_AUTHOR, ENVIRONMENT_NOT_FOUND, ENVIRONMENT_NOT_READY; as do the next two. */
  approve(command: ApproveRelease, call: Call): Promise<CommandAnswer> {
    return this.handler.handle(reviewDecider, streamOf(command), 'ApproveRelease', command, call);
  }

  reject(command: RejectRelease, call: Call): Promise<CommandAnswer> {
    return this.handler.handle(reviewDecider, streamOf(command), 'RejectRelease', command, call, async ({ thing, matched }) => ({
      facts: thing && matched ? await this.lookup.environment(thing, matched.admission, command.environment) : null,
    }));
  }

  promote(command: PromoteRelease, call: Call): Promise<CommandAnswer> {
    return this.handler.handle(reviewDecider, streamOf(command), 'PromoteRelease', command, call);
  }

  open(thing: ReviewedThing, call: Call): Promise<CommandAnswer> {
    return this.handler.handle(reviewDecider, reviewStream(thing.subject), 'OpenReview', thing, call);
  }

  /** Throws REVIEW_NOT_FOUND, ENVIRONMENT_NOT_READY: nothing that was admitted. */
  recordVerified(release: string, verified: RecordVerified['data'], call: Call): Promise<CommandAnswer> {
    return this.handler.handle(reviewDecider, streamOf({ release }), 'RecordVerified', verified, call);
  }
}

const streamOf = ({ release }: { release: string }): string => reviewStream({ kind: 'release', release });

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
import type { Action } from '@slipway/identity';
import type { CommandAnswer } from '@slipway/kernel';
import { type Call, CommandHandler, demand } from '@slipway/service-kit';
import { Exceptions } from './exceptions.js';
import { Lookup } from './lookup.js';

/** What people and other contexts bring to a review. */
@Injectable()
export class Reviews {
  constructor(
    private readonly handler: CommandHandler,
    private readonly lookup: Lookup,
    private readonly exceptions: Exceptions,
  ) {}

  /** Throws NOT_ALLOWED, REVIEW_NOT_FOUND, REVIEW_ENDED, APPROVER_NOT_A_PERSON, APPROVER_IS_AUTHOR, ENVIRONMENT_NOT_FOUND, ENVIRONMENT_NOT_READY; as do the next two. */
  async approve(command: ApproveRelease, call: Call): Promise<CommandAnswer> {
    await this.demandRight('review.approve', command, call);
    return this.handler.handle(reviewDecider, streamOf(command), 'ApproveRelease', command, call, async ({ thing }) => ({
      emails: call.emails ?? [],
      exceptions: thing ? await this.exceptions.of(thing.target) : [],
    }));
  }

  async reject(command: RejectRelease, call: Call): Promise<CommandAnswer> {
    await this.demandRight('review.reject', command, call);
    return this.handler.handle(reviewDecider, streamOf(command), 'RejectRelease', command, call, async ({ thing, matched }) => ({
      emails: call.emails ?? [],
      facts: thing && matched ? await this.lookup.environment(thing, matched.admission, command.environment) : null,
    }));
  }

  async promote(command: PromoteRelease, call: Call): Promise<CommandAnswer> {
    await this.demandRight('review.promote', command, call);
    return this.handler.handle(reviewDecider, streamOf(command), 'PromoteRelease', command, call);
  }

  open(thing: ReviewedThing, call: Call): Promise<CommandAnswer> {
    return this.handler.handle(reviewDecider, reviewStream(thing.subject), 'OpenReview', thing, call);
  }

  /** Throws REVIEW_NOT_FOUND, ENVIRONMENT_NOT_READY: nothing that was admitted. */
  recordVerified(release: string, verified: RecordVerified['data'], call: Call): Promise<CommandAnswer> {
    return this.handler.handle(reviewDecider, streamOf({ release }), 'RecordVerified', verified, call);
  }

  /** A release names the tenant; whose word counts is the managed workspace that it goes to, which never changes. */
  private async demandRight(action: Action, command: { release: string }, call: Call): Promise<void> {
    const { thing } = (await this.handler.load(reviewDecider, streamOf(command))).state;
    if (thing) demand(call, action, thing.target);
  }
}

const streamOf = ({ release }: { release: string }): string => reviewStream({ kind: 'release', release });

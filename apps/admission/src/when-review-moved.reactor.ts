import { Injectable } from '@nestjs/common';
import type { ApprovalGiven, EnvironmentVerified, PromotionRequested, ReviewOpened } from '@slipway/admission';
import type { RecordedEvent } from '@slipway/event-store';
import { type Call, type Reactor, Views } from '@slipway/service-kit';
import { Assessments } from './assessments.js';

type Moved = ReviewOpened | ApprovalGiven | PromotionRequested | EnvironmentVerified;

/** Something came in that may let the review go on. A reaction and not a part of the command, so that a crash between the two loses nothing. */
@Injectable()
export class WhenReviewMoved implements Reactor<Moved> {
  readonly on = ['ReviewOpened', 'ApprovalGiven', 'PromotionRequested', 'EnvironmentVerified'] as const;

  constructor(
    private readonly views: Views,
    private readonly assessments: Assessments,
  ) {}

  async handle({ position, stream }: RecordedEvent<Moved>, call: Call): Promise<void> {
    await this.views.waitFor(position);
    await this.assessments.assess(stream, call);
  }
}

import { Injectable } from '@nestjs/common';
import type { FreezeEvent } from '@slipway/admission';
import type { RecordedEvent } from '@slipway/event-store';
import { splitName } from '@slipway/kernel';
import { type Call, type Reactor, Views } from '@slipway/service-kit';
import { Assessments } from './assessments.js';
import { OpenReviews } from './open-reviews.js';

@Injectable()
export class WhenFreezeChanged implements Reactor<FreezeEvent> {
  readonly on = ['FreezeDeclared', 'FreezeLifted'] as const;

  constructor(
    private readonly views: Views,
    private readonly openReviews: OpenReviews,
    private readonly assessments: Assessments,
  ) {}

  async handle({ position, data }: RecordedEvent<FreezeEvent>, call: Call): Promise<void> {
    await this.views.waitFor(position);
    await this.assessments.assessAll(this.openReviews.of(splitName(data.freeze).workspace), () => call);
  }
}

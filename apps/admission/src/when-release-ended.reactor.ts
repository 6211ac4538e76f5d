import { Injectable } from '@nestjs/common';
import { reviewStream } from '@slipway/admission';
import type { RecordedEvent } from '@slipway/event-store';
import type { ReleaseCancelled, ReleaseErrored, ReleaseFailed } from '@slipway/planning/contract';
import type { Call, Reactor } from '@slipway/service-kit';
import { Assessments } from './assessments.js';

type Ended = ReleaseCancelled | ReleaseFailed | ReleaseErrored;

/** Closes the review. When it is not open yet there is nothing to close: the release's end is seen when it opens. */
@Injectable()
export class WhenReleaseEnded implements Reactor<Ended> {
  readonly on = ['ReleaseCancelled', 'ReleaseFailed', 'ReleaseErrored'] as const;

  constructor(private readonly assessments: Assessments) {}

  async handle({ data }: RecordedEvent<Ended>, call: Call): Promise<void> {
    await this.assessments.assess(reviewStream({ kind: 'release', release: data.release }), call);
  }
}

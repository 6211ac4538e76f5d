import { Injectable } from '@nestjs/common';
import type { RecordedEvent } from '@slipway/event-store';
import type { ReleaseRequested } from '@slipway/planning/contract';
import type { Call, Reactor } from '@slipway/service-kit';
import { Reviews } from './reviews.js';

/** Opens the review; the opened review is matched and evaluated by `when-review-moved.reactor.ts`. */
@Injectable()
export class WhenReleaseRequested implements Reactor<ReleaseRequested> {
  readonly on = ['ReleaseRequested'] as const;

  constructor(private readonly reviews: Reviews) {}

  async handle({ data }: RecordedEvent<ReleaseRequested>, call: Call): Promise<void> {
    const { release, ...requested } = data;
    await this.reviews.open({ subject: { kind: 'release', release }, ...requested }, call);
  }
}

import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type Logger, LOGGER, ownCall } from '@slipway/service-kit';
import { AdmissionConfig } from './admission.config.js';
import { Assessments } from './assessments.js';
import { OpenReviews } from './open-reviews.js';

/**
 * No event tells that a soak, a freeze or a closing hour is over, so reviews that wait for such are looked at again and again.
 * Every replica does so; an assessment is idempotent. What comes of it is done on behalf of whoever began the review.
 */
@Injectable()
export class ReviewClock implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly config: AdmissionConfig,
    private readonly openReviews: OpenReviews,
    private readonly assessments: Assessments,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.wind();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.round;
  }

  /** The next round is set when one is over, so that rounds never overlap. */
  private wind(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.round = this.look().finally(() => this.wind());
    }, (this.config.SLIPWAY_REVIEW_SECONDS ?? 5) * 1_000);
  }

  private async look(): Promise<void> {
    try {
      await this.assessments.assessAll(this.openReviews.waitingOnTime(), (review) => ownCall('admission', review));
    } catch (error) {
      this.logger.warn({ err: error }, 'reviews that wait could not be looked at; the next round tries again');
    }
  }
}

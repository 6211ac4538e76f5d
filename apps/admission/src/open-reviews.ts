import { Injectable } from '@nestjs/common';
import { type Cause, Views } from '@slipway/service-kit';

/** A review, and the request that it began with. */
export interface OpenReview extends Cause {
  readonly stream: string;
}

const COLUMNS = 'select stream, correlation_id as correlationId, on_behalf_of as onBehalfOf from open_reviews';

/** Reviews that have not ended, from the index. */
@Injectable()
export class OpenReviews {
  constructor(private readonly views: Views) {}

  find(stream: string): OpenReview | undefined {
    return this.views.db.prepare<[string], OpenReview>(`${COLUMNS} where stream = ?`).get(stream);
  }

  /** Those of releases and rollbacks that go to a managed workspace. */
  of(workspace: string): OpenReview[] {
    return this.views.db.prepare<[string], OpenReview>(`${COLUMNS} where workspace = ? order by stream`).all(workspace);
  }

  waitingOnTime(): OpenReview[] {
    return this.views.db.prepare<[], OpenReview>(`${COLUMNS} where waits_on_time = 1 order by stream`).all();
  }
}

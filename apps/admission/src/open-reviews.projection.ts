import { Injectable } from '@nestjs/common';
import { endsWithTime, type EnvironmentEntered, type MatchAwaited, type ReviewAdmitted, type ReviewClosed, type ReviewHeld, type ReviewOpened } from '@slipway/admission';
import type { RecordedEvent } from '@slipway/event-store';
import { causeOf, type Projection } from '@slipway/service-kit';
import type { Database } from 'better-sqlite3';

/** Reviews that have not ended. `waits_on_time`: to be looked at again by the clock. */
@Injectable()
export class OpenReviewsProjection implements Projection {
  // No freeze or exception changes a row; they are here so that the position passes theirs, and a reaction can wait for it.
  readonly prefixes = ['review-', 'freeze-', 'exception-'];

  readonly tables = `
    create table open_reviews (
      stream text primary key,
      workspace text not null,
      correlation_id text not null,
      on_behalf_of text not null,
      waits_on_time integer not null
    ) strict
  `;

  readonly on = {
    ReviewOpened: (event: RecordedEvent<ReviewOpened>, db: Database): void => {
      const { correlationId, onBehalfOf } = causeOf(event);
      db.prepare('insert or replace into open_reviews values (?, ?, ?, ?, 0)').run(event.stream, event.data.target, correlationId, onBehalfOf);
    },
    ReviewHeld: ({ stream, data }: RecordedEvent<ReviewHeld>, db: Database): void => {
      const waitsOnTime = data.reasons.some(({ code }) => endsWithTime(code));
      db.prepare('update open_reviews set waits_on_time = ? where stream = ?').run(waitsOnTime ? 1 : 0, stream);
    },
    MatchAwaited: stopWaitingOnTime,
    EnvironmentEntered: stopWaitingOnTime,
    ReviewAdmitted: stopWaitingOnTime,
    ReviewClosed: ({ stream }: RecordedEvent<ReviewClosed>, db: Database): void => {
      db.prepare('delete from open_reviews where stream = ?').run(stream);
    },
  };
}

function stopWaitingOnTime({ stream }: RecordedEvent<MatchAwaited | EnvironmentEntered | ReviewAdmitted>, db: Database): void {
  db.prepare('update open_reviews set waits_on_time = 0 where stream = ?').run(stream);
}

import { Inject, Injectable } from '@nestjs/common';
import { type ReviewAdmitted, reviewStream } from '@slipway/admission/contract';
import type { EventStore, RecordedEvent } from '@slipway/event-store';
import { releaseStream } from '@slipway/planning/contract';
import { EVENT_STORE } from '@slipway/service-kit';

/** What other services have written about a release. Read from the log itself: no index can be behind it. */
@Injectable()
export class ReleaseLog {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  async isCancelled(release: string): Promise<boolean> {
    for await (const { type } of this.store.read(releaseStream(release))) if (type === 'ReleaseCancelled') return true;
    return false;
  }

  /** Every admission of the release to an environment. */
  async admissions(release: string): Promise<RecordedEvent<ReviewAdmitted>[]> {
    const admissions: RecordedEvent<ReviewAdmitted>[] = [];
    for await (const event of this.store.read(reviewStream({ kind: 'release', release }))) {
      if (event.type === 'ReviewAdmitted') admissions.push(event as RecordedEvent<ReviewAdmitted>);
    }
    return admissions;
  }
}

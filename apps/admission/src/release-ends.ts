import { Inject, Injectable } from '@nestjs/common';
import type { EventStore } from '@slipway/event-store';
import { type ReleaseEvent, releaseStream } from '@slipway/planning/contract';
import { EVENT_STORE } from '@slipway/service-kit';

/** How releases ended for planning. */
@Injectable()
export class ReleaseEnds {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  /** Null: it goes on, or its end came from the review itself. */
  async of(release: string): Promise<'cancelled' | 'failed' | null> {
    for await (const event of this.store.read(releaseStream(release))) {
      switch (event.type as ReleaseEvent['type']) {
        case 'ReleaseCancelled':
          return 'cancelled';
        case 'ReleaseFailed':
        case 'ReleaseErrored':
          return 'failed';
        default:
      }
    }
    return null;
  }
}

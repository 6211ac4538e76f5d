import { Inject, Injectable } from '@nestjs/common';
import { type BuildEvent, buildStream, type Snapshot } from '@slipway/build/contract';
import type { EventStore } from '@slipway/event-store';
import { EVENT_STORE } from '@slipway/service-kit';

/** What builds made, read from their facts. */
@Injectable()
export class Snapshots {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  /** The snapshot of a candidate; null as long as no build of it succeeded. A candidate never has a second one. */
  async of(application: string, candidate: string): Promise<Snapshot | null> {
    for await (const { type, data } of this.store.read(buildStream(application, candidate))) {
      const event = { type, data } as BuildEvent;
      if (event.type === 'BuildSucceeded') return event.data.snapshot;
    }
    return null;
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { privateValuesOf, type TargetEvent, targetStream } from '@slipway/deployment/contract';
import type { EventStore } from '@slipway/event-store';
import { EVENT_STORE } from '@slipway/service-kit';
import { privateMask } from '@slipway/steps/mask';

/** What a target says, as its tenant may read it: a release's events are the tenant's, and published to it. */
@Injectable()
export class PrivateWords {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  /** The text without the values of private variables that any deployment to the target was given. */
  async hiddenIn(text: string, target: string): Promise<string> {
    const values = new Set<string>();
    for await (const { type, data } of this.store.read(targetStream(target))) {
      const event = { type, data } as TargetEvent;
      if (event.type !== 'DeploymentRequested' && event.type !== 'RollbackRequested') continue;
      for (const value of privateValuesOf(event.data)) values.add(value);
    }
    return privateMask([...values]).text(text);
  }
}

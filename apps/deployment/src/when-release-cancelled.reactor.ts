import { Injectable } from '@nestjs/common';
import { derivedId, type RecordedEvent } from '@slipway/event-store';
import type { ReleaseCancelled } from '@slipway/planning/contract';
import type { Call, Reactor } from '@slipway/service-kit';
import { requestOf } from './deployment-request.js';
import { ReleaseLog } from './release-log.js';
import { Targets } from './targets.js';

/** Takes the release out of every queue that it was admitted to. */
@Injectable()
export class WhenReleaseCancelled implements Reactor<ReleaseCancelled> {
  readonly on = ['ReleaseCancelled'] as const;

  constructor(
    private readonly targets: Targets,
    private readonly releases: ReleaseLog,
  ) {}

  async handle({ data: { release, reason } }: RecordedEvent<ReleaseCancelled>, call: Call): Promise<void> {
    for (const admission of await this.releases.admissions(release)) {
      const data = requestOf(admission);
      // WhenReviewAdmitted may be on its way with the same request: it must find that this release had its turn.
      await this.targets.handle({ type: 'RequestDeployment', data }, { ...call, commandId: derivedId(call.commandId, 'request') });
      await this.targets.handle({ type: 'CancelDeployment', data: { target: data.target, release, reason } }, call);
    }
  }
}

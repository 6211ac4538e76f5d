import { Injectable } from '@nestjs/common';
import type { ReviewAdmitted } from '@slipway/admission/contract';
import type { RecordedEvent } from '@slipway/event-store';
import type { Call, Reactor } from '@slipway/service-kit';
import { requestOf } from './deployment-request.js';
import { ReleaseLog } from './release-log.js';
import { Targets } from './targets.js';

/** An admitted release waits for its turn; an admitted rollback may start. */
@Injectable()
export class WhenReviewAdmitted implements Reactor<ReviewAdmitted> {
  readonly on = ['ReviewAdmitted'] as const;

  constructor(
    private readonly targets: Targets,
    private readonly releases: ReleaseLog,
  ) {}

  async handle(event: RecordedEvent<ReviewAdmitted>, call: Call): Promise<void> {
    const { subject, pins } = event.data;
    if (subject.kind === 'rollback') {
      const { target, deployment } = subject;
      const review = { stream: event.stream, revision: event.revision };
      await this.targets.handle({ type: 'AdmitRollback', data: { target, deployment, pins, review } }, call);
      return;
    }
    // Cancelled before this was delivered; if it is cancelled from here on, WhenReleaseCancelled sees the admission.
    if (await this.releases.isCancelled(subject.release)) return;
    await this.targets.handle({ type: 'RequestDeployment', data: requestOf(event) }, call);
  }
}

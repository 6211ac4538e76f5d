import { Injectable } from '@nestjs/common';
import type { ReviewDenied } from '@slipway/admission/contract';
import type { RecordedEvent } from '@slipway/event-store';
import type { Call, Reactor } from '@slipway/service-kit';
import { Targets } from './targets.js';

/** A rollback that today's policy refuses leaves the queue. A denied release never came here. */
@Injectable()
export class WhenReviewDenied implements Reactor<ReviewDenied> {
  readonly on = ['ReviewDenied'] as const;

  constructor(private readonly targets: Targets) {}

  async handle({ stream, revision, data: { subject, reasons } }: RecordedEvent<ReviewDenied>, call: Call): Promise<void> {
    if (subject.kind !== 'rollback') return;
    const { target, deployment } = subject;
    await this.targets.handle({ type: 'DenyRollback', data: { target, deployment, reasons, review: { stream, revision } } }, call);
  }
}

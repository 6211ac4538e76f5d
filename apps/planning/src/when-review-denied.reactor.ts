import { Injectable } from '@nestjs/common';
import type { ReviewDenied } from '@slipway/admission/contract';
import type { RecordedEvent } from '@slipway/event-store';
import { releaseDecider, releaseStream } from '@slipway/planning';
import { type Call, CommandHandler, type Reactor } from '@slipway/service-kit';

/** A denial ends the release. A denied rollback is no release's business. */
@Injectable()
export class WhenReviewDenied implements Reactor<ReviewDenied> {
  readonly on = ['ReviewDenied'] as const;

  constructor(private readonly handler: CommandHandler) {}

  async handle({ data }: RecordedEvent<ReviewDenied>, call: Call): Promise<void> {
    const { subject, environment, reasons } = data;
    if (subject.kind !== 'release') return;
    await this.handler.handle(releaseDecider, releaseStream(subject.release), 'RecordDenied', { release: subject.release, environment, reasons }, call);
  }
}

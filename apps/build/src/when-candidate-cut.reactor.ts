import { Injectable } from '@nestjs/common';
import type { RecordedEvent } from '@slipway/event-store';
import type { CandidateCut } from '@slipway/planning/contract';
import { type Call, type Reactor } from '@slipway/service-kit';
import { Builds } from './builds.js';

/** A candidate is built as soon as it is cut. */
@Injectable()
export class WhenCandidateCut implements Reactor<CandidateCut> {
  readonly on = ['CandidateCut'] as const;

  constructor(private readonly builds: Builds) {}

  handle({ data: { application, candidate } }: RecordedEvent<CandidateCut>, call: Call): Promise<unknown> {
    return this.builds.request({ application, candidate }, call);
  }
}

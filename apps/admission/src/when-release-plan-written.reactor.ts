import { Injectable } from '@nestjs/common';
import type { RecordedEvent } from '@slipway/event-store';
import type { ReleasePlanWritten } from '@slipway/planning/contract';
import { type Call, type Reactor, Views } from '@slipway/service-kit';
import { PlanMatching } from './plan-matching.js';

/** A release keeps the plan that it was requested through, so only the matches are looked at again. */
@Injectable()
export class WhenReleasePlanWritten implements Reactor<ReleasePlanWritten> {
  readonly on = ['ReleasePlanWritten'] as const;

  constructor(
    private readonly views: Views,
    private readonly matching: PlanMatching,
  ) {}

  async handle({ position, data }: RecordedEvent<ReleasePlanWritten>, call: Call): Promise<void> {
    await this.views.waitFor(position);
    await this.matching.match(data.plan, call);
  }
}

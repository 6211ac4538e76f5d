import { Injectable } from '@nestjs/common';
import type { ReleasePlanAdmissionWritten } from '@slipway/admission';
import type { RecordedEvent } from '@slipway/event-store';
import { splitName } from '@slipway/kernel';
import { type Call, type Reactor, Views } from '@slipway/service-kit';
import { Assessments } from './assessments.js';
import { Directory } from './directory.js';
import { OpenReviews } from './open-reviews.js';
import { PlanMatching } from './plan-matching.js';

/**
 * Consent changed: every plan and every release for the workspace is looked at again. The index is waited for, so of a
 * plan and an admission that are written at the same time the later reaction sees both.
 */
@Injectable()
export class WhenReleasePlanAdmissionWritten implements Reactor<ReleasePlanAdmissionWritten> {
  readonly on = ['ReleasePlanAdmissionWritten'] as const;

  constructor(
    private readonly views: Views,
    private readonly directory: Directory,
    private readonly matching: PlanMatching,
    private readonly openReviews: OpenReviews,
    private readonly assessments: Assessments,
  ) {}

  async handle({ position, data }: RecordedEvent<ReleasePlanAdmissionWritten>, call: Call): Promise<void> {
    const { workspace } = splitName(data.admission);
    await this.views.waitFor(position);
    for (const plan of this.directory.plansFor(workspace)) await this.matching.match(plan, call);
    await this.assessments.assessAll(this.openReviews.of(workspace), () => call);
  }
}

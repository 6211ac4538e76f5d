import { Inject, Injectable } from '@nestjs/common';
import { matchPlan } from '@slipway/admission';
import { derivedId, type EventStore } from '@slipway/event-store';
import { type ReleasePlanEvent, type ReleasePlanSpec, releasePlanStream } from '@slipway/planning/contract';
import { type Call, EVENT_STORE } from '@slipway/service-kit';
import { Directory } from './directory.js';
import { ReleasePlanAdmissions } from './release-plan-admissions.js';

/** Keeps the matches on the admissions' streams true, from either side. */
@Injectable()
export class PlanMatching {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly admissions: ReleasePlanAdmissions,
    private readonly directory: Directory,
  ) {}

  /** Records on every admission concerned whether the plan, as it is now, matches it. */
  async match(planName: string, call: Call): Promise<void> {
    const plan = await this.read(planName);
    if (!plan) return;
    const names = new Set([...this.directory.admissionsOf(plan.spec.target), ...this.directory.admissionsMatchedBy(planName)]);
    const matching = matchPlan(plan.spec, await this.admissions.current(names));
    const matched = 'matched' in matching ? matching.matched.spec.admission : undefined;
    for (const admission of names) await this.record(admission, admission === matched, plan, call);
  }

  private async record(admission: string, matches: boolean, { spec, revision }: { spec: ReleasePlanSpec; revision: number }, call: Call): Promise<void> {
    const { plan, application } = spec;
    // Each admission and each revision of the plan is a command of its own, also when the same event comes again.
    const own = { ...call, commandId: derivedId(call.commandId, `${plan}@${revision} ${matches ? 'matches' : 'does not match'}`) };
    if (matches) await this.admissions.recordMatch(admission, { plan, planRevision: revision, application }, own);
    else await this.admissions.recordUnmatch(admission, { plan, planRevision: revision }, own);
  }

  private async read(plan: string): Promise<{ spec: ReleasePlanSpec; revision: number } | undefined> {
    let last: { spec: ReleasePlanSpec; revision: number } | undefined;
    for await (const { type, data, revision } of this.store.read(releasePlanStream(plan))) {
      const event = { type, data } as ReleasePlanEvent;
      if (event.type === 'ReleasePlanWritten') last = { spec: event.data, revision };
    }
    return last;
  }
}

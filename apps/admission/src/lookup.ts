import { Inject, Injectable } from '@nestjs/common';
import {
  admittedEnvironment,
  type EnvironmentFacts,
  type EvaluationFacts,
  mentionsProvenance,
  policyGatesOf,
  type ReviewedThing,
  type ReviewState,
  stepsOf,
  underReview,
  upstreamOf,
  wasRolledBack,
} from '@slipway/admission';
import { type TargetEvent, targetName, targetStream } from '@slipway/deployment/contract';
import { digestOf, type EventStore } from '@slipway/event-store';
import { SlipwayError } from '@slipway/kernel';
import { EVENT_STORE } from '@slipway/service-kit';
import { Exceptions } from './exceptions.js';
import { Freezes } from './freezes.js';
import { ProvenanceReader } from './provenance-reader.js';
import { ReleasePlanAdmissions } from './release-plan-admissions.js';

/** Reads, from the streams as they are now, all that a decision about an environment rests on. */
@Injectable()
export class Lookup {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly admissions: ReleasePlanAdmissions,
    private readonly freezes: Freezes,
    private readonly exceptions: Exceptions,
    private readonly provenance: ProvenanceReader,
  ) {}

  /** For the environment under review; null when there is none. */
  async evaluation(state: ReviewState): Promise<EvaluationFacts | null> {
    const under = underReview(state);
    if (!under) return null;
    const { thing, environment } = under;
    const facts = await this.environment(thing, under.admission, environment);
    const policies = policyGatesOf(admittedEnvironment(facts.admission.spec, environment));
    const asksProvenance = policies.some(({ rules }) => rules.some(({ expression }) => mentionsProvenance(expression)));
    return {
      ...facts,
      freezes: await this.freezes.of(thing.target),
      upstreamRolledBack: await this.upstreamRolledBack(thing, upstreamOf(state, environment)?.environment),
      exceptions: await this.exceptions.of(thing.target),
      provenance: asksProvenance ? await this.provenance.read(thing.snapshot.provenance) : null,
      finding: facts.admission.spec.trust ? await this.provenance.verify(thing.snapshot, facts.admission.spec.trust) : null,
    };
  }

  /** The target's own history says so; deployment writes it, and everybody may read it. */
  private async upstreamRolledBack({ subject, target, application }: ReviewedThing, upstream: string | undefined): Promise<boolean> {
    if (upstream === undefined) return false;
    const events: TargetEvent[] = [];
    for await (const { type, data } of this.store.read(targetStream(targetName(target, upstream, application)))) events.push({ type, data } as TargetEvent);
    return wasRolledBack(subject.release, events);
  }

  /** Throws ADMISSION_NOT_FOUND. */
  async environment(thing: ReviewedThing, admissionName: string, environmentName: string): Promise<EnvironmentFacts> {
    const { current: admission } = await this.admissions.load(admissionName);
    if (!admission) throw new SlipwayError('ADMISSION_NOT_FOUND', `admission ${admissionName} was never written`);
    const environment = admittedEnvironment(admission.spec, environmentName);
    return { admission, policyDigest: digestOf(policyGatesOf(environment)), stepsDigest: digestOf(stepsOf(thing, environment)) };
  }
}

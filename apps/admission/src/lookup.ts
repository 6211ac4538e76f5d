import { Injectable } from '@nestjs/common';
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
} from '@slipway/admission';
import { digestOf } from '@slipway/event-store';
import { SlipwayError } from '@slipway/kernel';
import { Exceptions } from './exceptions.js';
import { Freezes } from './freezes.js';
import { ProvenanceReader } from './provenance-reader.js';
import { ReleasePlanAdmissions } from './release-plan-admissions.js';

/** Reads, from the streams as they are now, all that a decision about an environment rests on. */
@Injectable()
export class Lookup {
  constructor(
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
      exceptions: await this.exceptions.of(thing.target),
      provenance: asksProvenance ? await this.provenance.read(thing.snapshot.provenance) : null,
    };
  }

  /** Throws ADMISSION_NOT_FOUND. */
  async environment(thing: ReviewedThing, admissionName: string, environmentName: string): Promise<EnvironmentFacts> {
    const { current: admission } = await this.admissions.load(admissionName);
    if (!admission) throw new SlipwayError('ADMISSION_NOT_FOUND', `admission ${admissionName} was never written`);
    const environment = admittedEnvironment(admission.spec, environmentName);
    return { admission, policyDigest: digestOf(policyGatesOf(environment)), stepsDigest: digestOf(stepsOf(thing, environment)) };
  }
}

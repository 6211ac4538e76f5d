import { type DomainEvent, streamOf } from '@slipway/kernel';
import type { ProvenanceTrust } from './provenance-trust.js';
import type { AdmittedEnvironment } from './release-plan-admission.commands.js';

/** Stream `releasePlanAdmission-<workspace>/<name>`. The revision of a Written event is the admission's revision. */
export const releasePlanAdmissionStream = (admission: string): string => streamOf('releasePlanAdmission-', admission);

export interface ReleasePlanAdmissionSpec {
  /** `managed workspace/name`. */
  readonly admission: string;
  readonly origin: string;
  readonly applications: readonly string[];
  readonly environments: readonly AdmittedEnvironment[];
  /** Whose signed provenance a snapshot needs. Missing: none is needed. */
  readonly trust?: ProvenanceTrust;
}

export type ReleasePlanAdmissionWritten = DomainEvent<'ReleasePlanAdmissionWritten', ReleasePlanAdmissionSpec>;

/** A plan and this admission name each other, at these revisions. */
export type ReleasePlanMatched = DomainEvent<
  'ReleasePlanMatched',
  { admission: string; admissionRevision: number; plan: string; planRevision: number; application: string }
>;

/** They did, and do no longer. */
export type ReleasePlanUnmatched = DomainEvent<
  'ReleasePlanUnmatched',
  { admission: string; admissionRevision: number; plan: string; planRevision: number }
>;

export type ReleasePlanAdmissionEvent = ReleasePlanAdmissionWritten | ReleasePlanMatched | ReleasePlanUnmatched;

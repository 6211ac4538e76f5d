import type { Citation } from '@slipway/deployment/contract';
import type { Command } from '@slipway/kernel';
import type { Exception } from './exception.events.js';
import type { Freeze } from './freeze.events.js';
import type { AdmissionAt } from './matching.js';
import type { ReviewedThing } from './review.events.js';
import type { Provenance, ProvenanceFinding } from './rules/rule.js';

// What reactors ask, never the bus. Each may come twice, late, or after the end; then nothing follows.

/** A plan was found to match an admission, or to match it no longer. Written only when it is news. */
export type RecordMatch = Command<'RecordMatch', { readonly plan: string; readonly planRevision: number; readonly application: string }>;
export type RecordUnmatch = Command<'RecordUnmatch', { readonly plan: string; readonly planRevision: number }>;

export type OpenReview = Command<'OpenReview', ReviewedThing>;

/** Look for the admission, among those of the managed workspace as they are today. */
export type MatchRelease = Command<'MatchRelease', Readonly<Record<never, never>>> & { readonly admissions: readonly AdmissionAt[] };

/** What a decision about one environment rests on, and will be pinned to. */
export interface EnvironmentFacts {
  /** As it is written today. */
  readonly admission: AdmissionAt;
  /** SHA-256 over the canonical policy gates of the environment (`policyGatesOf`). */
  readonly policyDigest: string;
  /** SHA-256 over the canonical steps (`stepsOf`). */
  readonly stepsDigest: string;
}

export interface EvaluationFacts extends EnvironmentFacts {
  /** Those of the managed workspace that were not lifted or revoked. */
  readonly freezes: readonly Freeze[];
  readonly exceptions: readonly Exception[];
  readonly provenance: Provenance;
  /** Under the trust of `admission`; null where it lists none. */
  readonly finding: ProvenanceFinding;
  /** The environment before (`upstreamOf`) was rolled back from this release. */
  readonly upstreamRolledBack: boolean;
}

/** Ask the gates of the environment that is under review (`underReview`). Null facts: none is. */
export type EvaluateReview = Command<'EvaluateReview', Readonly<Record<never, never>>> & { readonly facts: EvaluationFacts | null };

/** The release's snapshot was deployed and verified. */
export type RecordVerified = Command<
  'RecordVerified',
  { readonly environment: string; readonly deployment: Citation; readonly snapshotDigest: string; readonly at: string }
>;

/** The release ended elsewhere. */
export type CloseReview = Command<'CloseReview', { readonly reason: 'cancelled' | 'failed' }>;

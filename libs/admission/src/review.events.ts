import type { Snapshot } from '@slipway/build/contract';
import type { Citation, Pins, Step } from '@slipway/deployment/contract';
import { type DomainEvent, type Reason, streamOf } from '@slipway/kernel';
import type { Authors } from './authorship.js';

/** What is reviewed: a release, or a rollback. */
export type ReviewSubject =
  | { readonly kind: 'release'; readonly release: string }
  | { readonly kind: 'rollback'; readonly release: string; readonly target: string; readonly deployment: string };

/**
 * Stream `review-<release>` or `review-<target>/<deployment>`: the reviews of one subject in all its environments,
 * each event naming its environment (docs/adr/0004-streams.md).
 */
export const reviewStream = (subject: ReviewSubject): string =>
  subject.kind === 'release' ? streamOf('review-', subject.release) : streamOf('review-', `${subject.target}/${subject.deployment}`);

/** What the reviewed thing is, copied from its request. */
export interface ReviewedThing extends Authors {
  readonly subject: ReviewSubject;
  readonly application: string;
  readonly candidate: string;
  readonly plan: string;
  readonly planRevision: number;
  /** The managed workspace. */
  readonly target: string;
  /** Name of the admission, where the plan (or the rolled back deployment) names one. */
  readonly admission?: string;
  readonly snapshot: Snapshot;
  /** A rollback's pinned steps; a release takes those of its admission. */
  readonly steps?: readonly Step[];
}

export type ReviewOpened = DomainEvent<'ReviewOpened', ReviewedThing>;

/** No admission, or more than one, answers the plan. It waits. Written again only when the reasons change. */
export type MatchAwaited = DomainEvent<'MatchAwaited', { subject: ReviewSubject; reasons: readonly Reason[] }>;

export type ReleaseMatched = DomainEvent<
  'ReleaseMatched',
  { subject: ReviewSubject; plan: string; planRevision: number; admission: string; admissionRevision: number; environments: readonly string[] }
>;

/** The environment's review begins. */
export type EnvironmentEntered = DomainEvent<'EnvironmentEntered', { subject: ReviewSubject; environment: string }>;
/** Somebody promoted by hand. */
export type PromotionRequested = DomainEvent<'PromotionRequested', { subject: ReviewSubject; environment: string; by: string }>;
export type ApprovalGiven = DomainEvent<'ApprovalGiven', { subject: ReviewSubject; environment: string; by: string; comment?: string }>;

/** Gates that don't pass yet. Written again only when the reasons change. */
export type ReviewHeld = DomainEvent<'ReviewHeld', { subject: ReviewSubject; environment: string; reasons: readonly Reason[] }>;

/** Each gate that was asked, and what let it pass. */
export interface GateOutcome {
  readonly gate: string;
  readonly outcome: 'passed' | 'excepted';
  /** The exception that let it pass. */
  readonly exception?: string;
}

export type ReviewDenied = DomainEvent<'ReviewDenied', { subject: ReviewSubject; environment: string; reasons: readonly Reason[]; pins: Pins; by?: string }>;

/** Carries all that a deployment needs. */
export type ReviewAdmitted = DomainEvent<
  'ReviewAdmitted',
  {
    subject: ReviewSubject;
    environment: string;
    /** The managed workspace. */
    target: string;
    application: string;
    candidate: string;
    snapshot: Snapshot;
    steps: readonly Step[];
    onFailure: 'stop' | 'rollback';
    /** The last environment of the release. */
    final: boolean;
    gates: readonly GateOutcome[];
    approvedBy: readonly string[];
    pins: Pins;
  }
>;

/** The snapshot runs in the environment and was verified there. */
export type EnvironmentVerified = DomainEvent<
  'EnvironmentVerified',
  { subject: ReviewSubject; environment: string; deployment: Citation; snapshotDigest: string; at: string }
>;

/** Nothing more will be decided: cancelled, failed, denied or complete. */
export type ReviewClosed = DomainEvent<'ReviewClosed', { subject: ReviewSubject; reason: 'cancelled' | 'failed' | 'denied' | 'complete' }>;

export type ReviewEvent =
  | ReviewOpened
  | MatchAwaited
  | ReleaseMatched
  | EnvironmentEntered
  | PromotionRequested
  | ApprovalGiven
  | ReviewHeld
  | ReviewDenied
  | ReviewAdmitted
  | EnvironmentVerified
  | ReviewClosed;

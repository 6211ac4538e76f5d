import type { Snapshot } from '@slipway/build/contract';
import { type DomainEvent, type ErrorCode, type Reason, streamOf } from '@slipway/kernel';

/** Stream `release-<workspace>/<id>`: one snapshot through one matched plan. */
export const releaseStream = (release: string): string => streamOf('release-', release);

export type ReleaseRequested = DomainEvent<
  'ReleaseRequested',
  {
    /** `workspace/application-candidate-xxxxx`. */
    release: string;
    application: string;
    candidate: string;
    plan: string;
    /** Revision of the plan's stream when the release was requested. */
    planRevision: number;
    /** The managed workspace. */
    target: string;
    /** Name of the admission, where the plan names one. */
    admission?: string;
    snapshot: Snapshot;
    /** Who requested the release: never counts as its approver. */
    author: string;
    /** Who cut the candidate. */
    candidateAuthor: string;
    /** E-mail addresses of the authors of the changes that came with the candidates of its version, lower case, at most 1,000 commits for each. Missing in older events. */
    changeAuthors?: readonly string[];
  }
>;

/** The release's snapshot runs and was verified in one more environment. */
export type ReleaseDeployed = DomainEvent<'ReleaseDeployed', { release: string; environment: string; deployment: string }>;

/** Ends, each of another kind. */
export type ReleaseCompleted = DomainEvent<'ReleaseCompleted', { release: string; environments: readonly string[] }>;
export type ReleaseDenied = DomainEvent<'ReleaseDenied', { release: string; environment: string; reasons: readonly Reason[] }>;
export type ReleaseFailed = DomainEvent<'ReleaseFailed', { release: string; environment: string; deployment: string; code: ErrorCode; message: string }>;
export type ReleaseErrored = DomainEvent<'ReleaseErrored', { release: string; environment: string; deployment: string; code: ErrorCode; message: string }>;
export type ReleaseCancelled = DomainEvent<'ReleaseCancelled', { release: string; reason: string; by: string }>;

export type ReleaseEvent =
  | ReleaseRequested
  | ReleaseDeployed
  | ReleaseCompleted
  | ReleaseDenied
  | ReleaseFailed
  | ReleaseErrored
  | ReleaseCancelled;

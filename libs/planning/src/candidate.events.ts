import type { Component } from '@slipway/build/contract';
import { type DomainEvent, streamOf } from '@slipway/kernel';

/**
 * Stream `candidate-<workspace>/<application>`: all candidates of one application, so that its expected revision
 * gives every cut its number and its predecessor (docs/adr/0004-streams.md).
 */
export const candidateStream = (application: string): string => streamOf('candidate-', application);

export interface Commit {
  readonly sha: string;
  /** `Name <mail>`. */
  readonly author: string;
  readonly subject: string;
  /** ISO 8601. */
  readonly committedAt: string;
}

export type CandidateOrigin =
  | { readonly kind: 'ref'; readonly ref: string }
  | { readonly kind: 'cherryPick'; readonly base: string; readonly picks: readonly { readonly from: string; readonly as: string }[] };

export type CandidateCut = DomainEvent<
  'CandidateCut',
  {
    application: string;
    /** `1.8.0-rc1`. */
    candidate: string;
    version: string;
    number: number;
    commit: Commit;
    origin: CandidateOrigin;
    /** The application's candidate before this one, and its commit. */
    previous: { candidate: string; commit: string } | null;
    /** Commits since the previous candidate, newest first, at most 1,000 of them. */
    changes: readonly Commit[];
    /** How many there are in all. */
    changeCount: number;
    /** Pinned from the application as it was at the cut. */
    repository: string;
    components: readonly Component[];
    author: string;
  }
>;

export type CandidateEvent = CandidateCut;

import { type DomainEvent, type ErrorCode, streamOf } from '@slipway/kernel';
import type { Component } from './recipe.js';
import type { Snapshot } from './snapshot.js';

/** Stream `build-<workspace>/<application>/<candidate>`: all that happened to make one candidate's snapshot. */
export const buildStream = (application: string, candidate: string): string => streamOf('build-', `${application}/${candidate}`);

/** What is to be built: pinned from the candidate, so that a build needs nothing else. */
export interface BuildSubject {
  readonly application: string;
  readonly candidate: string;
  readonly repository: string;
  readonly commit: string;
  readonly components: readonly Component[];
}

export type BuildRequested = DomainEvent<'BuildRequested', BuildSubject & { requestedBy: string }>;

/** A worker took the build. Its lease lasts until `leaseUntil` (ISO 8601); a later attempt ends it. */
export type BuildStarted = DomainEvent<
  'BuildStarted',
  { application: string; candidate: string; attempt: number; worker: string; leaseUntil: string }
>;

export type BuildSucceeded = DomainEvent<
  'BuildSucceeded',
  { application: string; candidate: string; attempt: number; snapshot: Snapshot; startedAt: string; finishedAt: string; log: string }
>;

/** The recipe ran and did not give what it promised. */
export type BuildFailed = DomainEvent<
  'BuildFailed',
  { application: string; candidate: string; attempt: number; component: string; code: ErrorCode; message: string; log: string }
>;

/** Slipway itself could not build: the repository was unreachable, the disk was full. */
export type BuildErrored = DomainEvent<
  'BuildErrored',
  { application: string; candidate: string; attempt: number; code: ErrorCode; message: string; log: string }
>;

export type BuildEvent = BuildRequested | BuildStarted | BuildSucceeded | BuildFailed | BuildErrored;

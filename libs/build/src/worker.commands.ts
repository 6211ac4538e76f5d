import type { ErrorCode } from '@slipway/kernel';
import type { Snapshot } from './snapshot.js';

// What a build worker asks of the stream. These never cross the bus, so they are plain shapes and no validated classes.

/** Take the build. No event follows when there is nothing to take. */
export interface StartBuild {
  /** The replica's lasting name: a restarted replica takes its own build up again without waiting for the lease. */
  readonly worker: string;
}

/** Which attempt speaks. Only the current one may end the build. */
interface OfAttempt {
  readonly attempt: number;
  /** Path of the attempt's log file. */
  readonly log: string;
}

export interface SucceedBuild extends OfAttempt {
  readonly snapshot: Snapshot;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** The recipe ran and did not give what it promised. */
export interface FailBuild extends OfAttempt {
  readonly component: string;
  readonly code: ErrorCode;
  readonly message: string;
}

/** Slipway itself could not build. */
export interface ErrorBuild extends OfAttempt {
  readonly code: ErrorCode;
  readonly message: string;
}

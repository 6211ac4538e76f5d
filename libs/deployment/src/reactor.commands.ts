import type { Reason } from '@slipway/kernel';
import type { Citation, DeploymentSpec, Pins } from './target.events.js';

// What reactors ask of a target after facts of other services. These never cross the bus, so they are plain shapes.

/** A release was admitted to the target. The deployment's id is given by the target. */
export interface RequestDeployment extends Omit<DeploymentSpec, 'deployment'> {
  /** The last environment of the release. */
  readonly final: boolean;
  /** The ReviewAdmitted event. */
  readonly review: Citation;
}

/** A release was cancelled: its deployment leaves the queue. One that has started goes on. */
export interface CancelDeployment {
  readonly target: string;
  readonly release: string;
  readonly reason: string;
}

/** Today's policy lets a rollback through. */
export interface AdmitRollback {
  readonly target: string;
  readonly deployment: string;
  /** Of the review; the snapshot and the steps must be the rollback's own. */
  readonly pins: Pins;
  readonly review: Citation;
}

export interface DenyRollback {
  readonly target: string;
  readonly deployment: string;
  readonly reasons: readonly Reason[];
  readonly review: Citation;
}

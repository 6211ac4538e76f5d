import type { ErrorCode } from '@slipway/kernel';

// What a deployment worker asks of a target. These never cross the bus, so they are plain shapes and no validated classes.

/** Take the target's next deployment, or take one over. No event follows when there is nothing to take. */
export interface StartDeployment {
  readonly target: string;
  /** The replica's lasting name: a restarted replica goes on with its own deployment without waiting for the lease. */
  readonly worker: string;
}

/** Who speaks: `token` is the revision of the worker's DeploymentStarted. An older one is refused. */
interface OfDeployment {
  readonly target: string;
  readonly deployment: string;
  readonly token: number;
}

/** `step` is its index, from 0. */
interface OfStep extends OfDeployment {
  readonly step: number;
}

/** The intent to run the step that is next, recorded before its effect. */
export type StartStep = OfStep;

export interface SucceedStep extends OfStep {
  readonly output: Readonly<Record<string, string>>;
  /** Path of the log file. */
  readonly log: string;
}

/** The step's attempt did not succeed. Whether another one follows is decided by the step's `attempts`. */
export interface FailStep extends OfStep {
  readonly code: ErrorCode;
  readonly message: string;
  readonly log: string;
}

/** Slipway itself could not go on. */
export interface ErrorDeployment extends OfDeployment {
  readonly code: ErrorCode;
  readonly message: string;
}

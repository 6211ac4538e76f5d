import type { Snapshot } from '@slipway/build/contract';
import { type DomainEvent, type ErrorCode, type Reason, streamOf } from '@slipway/kernel';
import type { Step } from './step.js';

/** One application in one environment: `managed workspace/environment/tenant workspace/application`. */
export const targetName = (managedWorkspace: string, environment: string, application: string): string =>
  `${managedWorkspace}/${environment}/${application}`;

/** Stream `target-<target>`: its expected revision serialises deployments; its history is what a rollback replays. */
export const targetStream = (target: string): string => streamOf('target-', target);

/** Everything that an admission decision rested on. */
export interface Pins {
  readonly plan: string;
  readonly planRevision: number;
  /** `managed workspace/name`. */
  readonly admission: string;
  readonly admissionRevision: number;
  /** SHA-256 over the canonical policy rules of the environment. */
  readonly policyDigest: string;
  readonly snapshotDigest: string;
  /** SHA-256 over the canonical steps. */
  readonly stepsDigest: string;
  /** The signed provenance that was held against the admission's trust, and the keys that counted; missing where it lists none. */
  readonly provenance?: { readonly digest: string; readonly keys: readonly string[] };
}

export interface Citation {
  readonly stream: string;
  readonly revision: number;
}

/** What is deployed, how, and on which decision. */
export interface DeploymentSpec {
  /** `<environment>-<n>`, unique in its target. */
  readonly deployment: string;
  readonly target: string;
  readonly environment: string;
  readonly application: string;
  readonly candidate: string;
  /** The release that the snapshot came with. */
  readonly release: string;
  readonly snapshot: Snapshot;
  readonly steps: readonly Step[];
  readonly onFailure: 'stop' | 'rollback';
  readonly pins: Pins;
}

/** A release was admitted to the target. The deployment waits for its turn. */
export type DeploymentRequested = DomainEvent<
  'DeploymentRequested',
  DeploymentSpec & {
    kind: 'release';
    /** The last environment of the release: success completes it. */
    final: boolean;
    /** The ReviewAdmitted event. */
    review: Citation;
  }
>;

/** A new deployment that replays an earlier DeploymentSucceeded of the same target. It waits for today's policy. */
export type RollbackRequested = DomainEvent<
  'RollbackRequested',
  DeploymentSpec & {
    kind: 'rollback';
    /** The DeploymentSucceeded event that is replayed. */
    cites: Citation & { deployment: string };
    reason: string;
    by: string;
    /** True: Slipway rolled back by itself, after this deployment failed. */
    after?: string;
  }
>;

export type RollbackAdmitted = DomainEvent<'RollbackAdmitted', { target: string; deployment: string; pins: Pins; review: Citation }>;
export type RollbackDenied = DomainEvent<'RollbackDenied', { target: string; deployment: string; reasons: readonly Reason[]; review: Citation }>;

/** A worker took the deployment. This event's revision is its fencing token. */
export type DeploymentStarted = DomainEvent<
  'DeploymentStarted',
  { target: string; deployment: string; attempt: number; worker: string; leaseUntil: string }
>;

interface StepRef {
  target: string;
  deployment: string;
  /** Fencing token of the worker that wrote this. */
  token: number;
  /** Index of the step, from 0. */
  step: number;
  name: string;
  attempt: number;
}

/** The intent, recorded before the effect. */
export type StepStarted = DomainEvent<'StepStarted', StepRef & { type: Step['type'] }>;
export type StepSucceeded = DomainEvent<'StepSucceeded', StepRef & { output: Readonly<Record<string, string>>; log: string }>;
/** `final`: no attempt is left. */
export type StepFailed = DomainEvent<'StepFailed', StepRef & { code: ErrorCode; message: string; final: boolean; log: string }>;

/** Carries the whole spec, so that a rollback can replay this one event. */
export type DeploymentSucceeded = DomainEvent<'DeploymentSucceeded', DeploymentSpec & { kind: 'release' | 'rollback'; final: boolean }>;

interface DeploymentEnd {
  target: string;
  deployment: string;
  environment: string;
  application: string;
  release: string;
  kind: 'release' | 'rollback';
  code: ErrorCode;
  message: string;
}

/** The steps ran and did not succeed. */
export type DeploymentFailed = DomainEvent<'DeploymentFailed', DeploymentEnd & { step: string }>;
/** Slipway could not deploy: an artifact was altered, the store was unreachable. */
export type DeploymentErrored = DomainEvent<'DeploymentErrored', DeploymentEnd>;
/** Taken out of the queue before it started. */
export type DeploymentCancelled = DomainEvent<'DeploymentCancelled', { target: string; deployment: string; release: string; reason: string }>;

/** Automation does not deploy here until the hold is lifted. Rollbacks pass. */
export type HoldPlaced = DomainEvent<'HoldPlaced', { target: string; reason: string; by: string; deployment?: string }>;
export type HoldLifted = DomainEvent<'HoldLifted', { target: string; reason: string; by: string }>;

export type TargetEvent =
  | DeploymentRequested
  | RollbackRequested
  | RollbackAdmitted
  | RollbackDenied
  | DeploymentStarted
  | StepStarted
  | StepSucceeded
  | StepFailed
  | DeploymentSucceeded
  | DeploymentFailed
  | DeploymentErrored
  | DeploymentCancelled
  | HoldPlaced
  | HoldLifted;

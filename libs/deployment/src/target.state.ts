import { never } from '@slipway/kernel';
import type { Citation, DeploymentSpec, TargetEvent } from './target.events.js';

/** Every deployment that was ever requested, in that order: ids and "already requested" are told by it. */
export interface DeploymentRecord {
  readonly deployment: string;
  readonly kind: 'release' | 'rollback';
  readonly release: string;
}

/** A DeploymentSucceeded event. It keeps its spec, so that a rollback is decided from the state alone. */
export interface Success {
  readonly revision: number;
  readonly spec: DeploymentSpec;
}

interface Pending {
  readonly kind: 'release' | 'rollback';
  readonly spec: DeploymentSpec;
  readonly final: boolean;
  /** Of a rollback: what it replays. */
  readonly cites?: Citation;
}

export interface QueuedDeployment extends Pending {
  /** False: a rollback that still waits for its review. */
  readonly admitted: boolean;
}

export interface RunningDeployment extends Pending {
  /** Fencing token: revision of the newest DeploymentStarted. */
  readonly token: number;
  readonly worker: string;
  readonly leaseUntil: string;
  /** How often the deployment was started. */
  readonly attempt: number;
  /** Index of the step that is next or runs. */
  readonly step: number;
  /** Attempts of that step that failed. One that a crash cut off is none of them: it is made again. */
  readonly failures: number;
  /** The holder of the token recorded the intent to run the step. */
  readonly stepStarted: boolean;
  /** Some step started: the target may not be what the last success left. */
  readonly touched: boolean;
}

export interface Hold {
  readonly reason: string;
  readonly by: string;
}

/** One application in one environment. */
export interface TargetState {
  readonly records: readonly DeploymentRecord[];
  /** In the order of the requests. */
  readonly queue: readonly QueuedDeployment[];
  readonly running?: RunningDeployment;
  /** Oldest first; the last one is the current good deployment. */
  readonly successes: readonly Success[];
  /** What to go back to first, because a deployment was broken off halfway since the last success. */
  readonly restore?: Success;
  readonly hold?: Hold;
}

export const initialTarget: TargetState = { records: [], queue: [], successes: [] };

/** Throws TypeError for a history that the decider can't have written. */
export function evolveTarget(state: TargetState, event: TargetEvent, revision: number): TargetState {
  switch (event.type) {
    case 'DeploymentRequested':
    case 'RollbackRequested':
      return evolveRequested(state, event);
    case 'RollbackAdmitted': {
      const { deployment, pins } = event.data;
      const admit = (each: QueuedDeployment): QueuedDeployment => ({ ...each, spec: { ...each.spec, pins }, admitted: true });
      return { ...state, queue: state.queue.map((each) => (each.spec.deployment === deployment ? admit(each) : each)) };
    }
    case 'RollbackDenied':
    case 'DeploymentCancelled':
      return { ...state, queue: without(state.queue, event.data.deployment) };
    case 'DeploymentStarted':
    case 'StepStarted':
    case 'StepSucceeded':
    case 'StepFailed':
      return evolveRunning(state, event, revision);
    case 'DeploymentSucceeded': {
      const { kind: _kind, final: _final, ...spec } = event.data;
      return { ...state, running: undefined, restore: undefined, successes: [...state.successes, { revision, spec }] };
    }
    case 'DeploymentFailed':
    case 'DeploymentErrored':
      return evolveBroken(state);
    case 'HoldPlaced':
      return { ...state, hold: { reason: event.data.reason, by: event.data.by } };
    case 'HoldLifted':
      return { ...state, hold: undefined };
    default:
      return never(event);
  }
}

type Requested = Extract<TargetEvent, { type: 'DeploymentRequested' | 'RollbackRequested' }>;
type Progress = Extract<TargetEvent, { type: 'DeploymentStarted' | 'StepStarted' | 'StepSucceeded' | 'StepFailed' }>;

function evolveRequested(state: TargetState, event: Requested): TargetState {
  const queued = event.type === 'DeploymentRequested' ? queuedRelease(event.data) : queuedRollback(event.data);
  const { deployment, release } = queued.spec;
  return { ...state, records: [...state.records, { deployment, kind: queued.kind, release }], queue: [...state.queue, queued] };
}

function queuedRelease({ kind, final, review: _review, ...spec }: Extract<Requested, { type: 'DeploymentRequested' }>['data']): QueuedDeployment {
  return { kind, spec, final, admitted: true };
}

function queuedRollback(data: Extract<Requested, { type: 'RollbackRequested' }>['data']): QueuedDeployment {
  const { kind, cites, reason: _reason, by: _by, after: _after, ...spec } = data;
  // A rollback never completes a release: the one that the snapshot came with has ended long ago.
  return { kind, spec, final: false, admitted: false, cites };
}

function evolveRunning(state: TargetState, event: Progress, revision: number): TargetState {
  if (event.type === 'DeploymentStarted') return evolveStarted(state, event.data, revision);
  if (!state.running) throw new TypeError(`${event.type} without a running deployment`);
  switch (event.type) {
    case 'StepStarted':
      return { ...state, running: { ...state.running, stepStarted: true, touched: true } };
    case 'StepSucceeded':
      return { ...state, running: { ...state.running, step: event.data.step + 1, failures: 0, stepStarted: false } };
    case 'StepFailed':
      return { ...state, running: { ...state.running, failures: state.running.failures + 1, stepStarted: false } };
    default:
      return never(event);
  }
}

function evolveStarted(state: TargetState, data: Extract<Progress, { type: 'DeploymentStarted' }>['data'], token: number): TargetState {
  const { deployment, worker, leaseUntil, attempt } = data;
  const holder = { token, worker, leaseUntil, attempt, stepStarted: false };
  if (state.running) return { ...state, running: { ...state.running, ...holder } };
  const queued = state.queue.find(({ spec }) => spec.deployment === deployment);
  if (!queued) throw new TypeError(`DeploymentStarted of ${deployment}, which is not in the queue`);
  const { admitted: _, ...pending } = queued;
  return { ...state, queue: without(state.queue, deployment), running: { ...pending, ...holder, step: 0, failures: 0, touched: false } };
}

/** A rollback that was broken off is tried again by default; a release gives way to the current good deployment. */
function evolveBroken(state: TargetState): TargetState {
  if (!state.running) throw new TypeError('an end without a running deployment');
  const { touched, cites } = state.running;
  const goal = cites ? state.successes.find(({ revision }) => revision === cites.revision) : state.successes.at(-1);
  return { ...state, running: undefined, restore: touched ? goal : state.restore };
}

const without = (queue: readonly QueuedDeployment[], deployment: string): QueuedDeployment[] =>
  queue.filter(({ spec }) => spec.deployment !== deployment);

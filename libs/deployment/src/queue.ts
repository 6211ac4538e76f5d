import { SlipwayError } from '@slipway/kernel';
import type { AdmitRollback, CancelDeployment, DenyRollback, RequestDeployment } from './reactor.commands.js';
import type { DeploymentSpec, TargetEvent } from './target.events.js';
import type { QueuedDeployment, TargetState } from './target.state.js';

/** The id of the target's next deployment: `production-7`. */
export const nextDeployment = (state: TargetState, environment: string): string => `${environment}-${state.records.length + 1}`;

/** A release is deployed to a target once, however often its admission is delivered. */
export function requestDeployment(request: RequestDeployment, state: TargetState): TargetEvent[] {
  const known = state.records.some(({ kind, release }) => kind === 'release' && release === request.release);
  if (known) return [];
  const deployment = nextDeployment(state, request.environment);
  return [{ type: 'DeploymentRequested', data: { ...request, deployment, kind: 'release' } }];
}

export function cancelDeployment({ target, release, reason }: CancelDeployment, state: TargetState): TargetEvent[] {
  return state.queue
    .filter(({ kind, spec }) => kind === 'release' && spec.release === release)
    .map(({ spec: { deployment } }) => ({ type: 'DeploymentCancelled', data: { target, deployment, release, reason } }));
}

export function admitRollback({ target, deployment, pins, review }: AdmitRollback, state: TargetState): TargetEvent[] {
  const waiting = waitingRollback(state, target, deployment);
  if (!waiting) return [];
  const own = waiting.spec.pins;
  // The promise of a rollback is the same bytes through the same steps; a review of anything else is not about it.
  if (pins.snapshotDigest !== own.snapshotDigest || pins.stepsDigest !== own.stepsDigest) {
    throw new SlipwayError('INVALID_COMMAND', `the review admitted another snapshot or other steps than ${deployment} of ${target} replays`);
  }
  return [{ type: 'RollbackAdmitted', data: { target, deployment, pins, review } }];
}

export function denyRollback({ target, deployment, reasons, review }: DenyRollback, state: TargetState): TargetEvent[] {
  if (!waitingRollback(state, target, deployment)) return [];
  return [{ type: 'RollbackDenied', data: { target, deployment, reasons, review } }];
}

/** Undefined when its review was already heard. */
function waitingRollback(state: TargetState, target: string, deployment: DeploymentSpec['deployment']): QueuedDeployment | undefined {
  const known = state.records.some((record) => record.kind === 'rollback' && record.deployment === deployment);
  if (!known) throw new SlipwayError('DEPLOYMENT_NOT_FOUND', `${target} has no rollback ${deployment}`);
  return state.queue.find(({ spec, admitted }) => spec.deployment === deployment && !admitted);
}

import { SlipwayError } from '@slipway/kernel';
import { placeHold } from './hold.js';
import { nextDeployment } from './queue.js';
import type { RollBack } from './target.commands.js';
import { type DeploymentSpec, type TargetEvent, targetStream } from './target.events.js';
import type { Success, TargetState } from './target.state.js';

/** By whom Slipway's own rollbacks are requested. */
const AUTOMATION = 'service:deployment';

/** How many deployments an error names to choose from. */
const CHOICES = 10;

interface Request {
  readonly target: string;
  readonly reason: string;
  readonly by: string;
  /** The deployment whose failure asks for it. */
  readonly after?: string;
}

/** Somebody goes back, also while the target is held or a deployment runs: the rollback is the next one then. */
export function rollBack({ target, to, reason }: RollBack, by: string, state: TargetState): TargetEvent[] {
  if (state.records.length === 0) throw new SlipwayError('TARGET_NOT_FOUND', `nothing was ever deployed to ${target}`);
  const goal = to === undefined ? defaultGoal(target, state) : namedGoal(target, to, state);
  const pending = [...state.queue, ...(state.running ? [state.running] : [])].find(({ cites }) => cites?.revision === goal.revision);
  if (pending) {
    throw new SlipwayError('DEPLOYMENT_IN_PROGRESS', `${pending.spec.deployment} already goes back to ${goal.spec.deployment} of ${target}`);
  }
  return replay(goal, { target, reason, by }, state);
}

/**
 * What follows by itself when a deployment ends badly: back to the last good one, as the admission says. Not after a
 * rollback, which would go round in circles, and not when a rollback waits already: what somebody chose comes first.
 */
export function rollBackAfter(failed: DeploymentSpec, kind: 'release' | 'rollback', why: string, state: TargetState): TargetEvent[] {
  const goal = state.successes.at(-1);
  const asked = state.queue.some((queued) => queued.kind === 'rollback');
  if (failed.onFailure !== 'rollback' || kind === 'rollback' || !goal || asked) return [];
  const { target, deployment } = failed;
  return replay(goal, { target, reason: `${deployment} ended badly: ${why}`, by: AUTOMATION, after: deployment }, state);
}

function replay(goal: Success, { target, reason, by, after }: Request, state: TargetState): TargetEvent[] {
  const { spec, revision } = goal;
  const deployment = nextDeployment(state, spec.environment);
  const cites = { stream: targetStream(target), revision, deployment: spec.deployment };
  return [
    { type: 'RollbackRequested', data: { ...spec, deployment, kind: 'rollback', cites, reason, by, ...(after !== undefined && { after }) } },
    ...placeHold({ target, reason }, by, state, deployment),
  ];
}

/**
 * After a deployment that was broken off halfway: what was good before it, or where a broken-off rollback wanted to go.
 * Otherwise the newest success with another snapshot than what runs now.
 */
function defaultGoal(target: string, { restore, successes }: TargetState): Success {
  const current = successes.at(-1)?.spec.snapshot.digest;
  const goal = restore ?? successes.findLast(({ spec }) => spec.snapshot.digest !== current);
  if (!goal) throw new SlipwayError('NOTHING_TO_ROLL_BACK_TO', `no other snapshot was ever deployed successfully to ${target}`);
  return goal;
}

function namedGoal(target: string, to: string, { records, successes }: TargetState): Success {
  const goal = successes.find(({ spec }) => spec.deployment === to);
  if (goal) return goal;
  const fault = records.some(({ deployment }) => deployment === to) ? `${to} of ${target} did not succeed` : `${target} has no deployment ${to}`;
  const choices = successes.slice(-CHOICES).reverse().map(({ spec }) => `${spec.deployment} (${spec.candidate})`);
  throw new SlipwayError('DEPLOYMENT_NOT_FOUND', `${fault}; ${choices.length > 0 ? `choose from ${choices.join(', ')}` : 'none has succeeded yet'}`);
}

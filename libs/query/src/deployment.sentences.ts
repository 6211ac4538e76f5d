import type { TargetEvent } from '@slipway/deployment/contract';
import { because, count, list, type Sentences, short } from './words.js';

export const DEPLOYMENT_SENTENCES: Sentences<TargetEvent> = {
  DeploymentRequested: ({ deployment, target, release, candidate, snapshot, steps }) =>
    `Deployment ${deployment} of ${target} was requested for release ${release}: ${candidate}, snapshot ${short(snapshot.digest)}, ${count(steps.length, 'step')}`,
  RollbackRequested: ({ deployment, target, candidate, snapshot, cites, reason, by, after }) =>
    `Rollback ${deployment} of ${target} was requested by ${by}${after === undefined ? '' : ` after ${after}`}: it replays ${cites.deployment} (event ${cites.revision} of ${cites.stream}: ${candidate}, snapshot ${short(snapshot.digest)}): ${reason}`,
  RollbackAdmitted: ({ deployment, target, pins }) => `Rollback ${deployment} of ${target} was admitted by today's policy ${short(pins.policyDigest)}`,
  RollbackDenied: ({ deployment, target, reasons }) => `Rollback ${deployment} of ${target} was denied: ${because(reasons)}`,

  DeploymentStarted: ({ deployment, target, attempt, worker }) =>
    attempt === 1 ? `Deployment ${deployment} of ${target} started on ${worker}` : `Deployment ${deployment} of ${target} was taken over by ${worker}, at start ${attempt}`,
  StepStarted: ({ deployment, target, name, type, attempt }) => `Step ${name} (${type}) of ${deployment} of ${target} started, attempt ${attempt}`,
  StepSucceeded: ({ deployment, target, name, attempt, output }) => `Step ${name} of ${deployment} of ${target} succeeded at attempt ${attempt}${outputs(output)}`,
  StepFailed: ({ deployment, target, name, attempt, code, message, final }) =>
    `Step ${name} of ${deployment} of ${target} failed at attempt ${attempt}, ${final ? 'its last' : 'and is tried again'}: ${because([{ code, message }])}`,

  DeploymentSucceeded: ({ kind, deployment, target, candidate, snapshot }) =>
    `${kind === 'rollback' ? 'Rollback' : 'Deployment'} ${deployment} of ${target} succeeded: ${candidate} runs there, snapshot ${short(snapshot.digest)}`,
  DeploymentFailed: ({ kind, deployment, target, step, code, message }) =>
    `${kind === 'rollback' ? 'Rollback' : 'Deployment'} ${deployment} of ${target} failed in step ${step}: ${because([{ code, message }])}`,
  DeploymentErrored: ({ kind, deployment, target, code, message }) =>
    `${kind === 'rollback' ? 'Rollback' : 'Deployment'} ${deployment} of ${target} errored: ${because([{ code, message }])}`,
  DeploymentCancelled: ({ deployment, target, release, reason }) => `Deployment ${deployment} of ${target} for release ${release} left the queue: ${reason}`,

  HoldPlaced: ({ target, reason, by, deployment }) =>
    `${target} was held by ${by}${deployment === undefined ? '' : ` with rollback ${deployment}`}: releases wait until somebody lifts it: ${reason}`,
  HoldLifted: ({ target, reason, by }) => `The hold on ${target} was lifted by ${by}: ${reason}`,
};

function outputs(output: Readonly<Record<string, string>>): string {
  const named = Object.entries(output).map(([name, value]) => `${name} ${value}`);
  return named.length === 0 ? '' : `: ${list(named)}`;
}

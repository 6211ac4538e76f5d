import { type ErrorCode, SlipwayError } from '@slipway/kernel';
import { leaseUntil } from './lease.js';
import { rollBackAfter } from './rollback.js';
import { type Step, STEP_DEFAULTS } from './step.js';
import type { TargetEvent } from './target.events.js';
import type { RunningDeployment, TargetState } from './target.state.js';
import { nextWork } from './work.js';
import type { ErrorDeployment, FailStep, StartDeployment, StartStep, SucceedStep } from './worker.commands.js';

export function startDeployment({ target, worker }: StartDeployment, at: string, state: TargetState): TargetEvent[] {
  const work = nextWork(state, worker, at);
  if (!work) return [];
  const { spec, attempt } = work;
  return [{ type: 'DeploymentStarted', data: { target, deployment: spec.deployment, attempt, worker, leaseUntil: leaseUntil(spec.steps, at) } }];
}

/** The intent. Recorded once for each token and attempt. */
export function startStep(command: StartStep, state: TargetState): TargetEvent[] {
  const running = held(command, state);
  const step = nextStep(command, running);
  return running.stepStarted ? [] : [{ type: 'StepStarted', data: { ...refTo(command, running, step), type: step.type } }];
}

/** The last step's success is that of the deployment. */
export function succeedStep(command: SucceedStep, state: TargetState): TargetEvent[] {
  const running = held(command, state);
  const step = startedStep(command, running);
  const { output, log } = command;
  const succeeded: TargetEvent = { type: 'StepSucceeded', data: { ...refTo(command, running, step), output, log } };
  if (command.step + 1 < running.spec.steps.length) return [succeeded];
  return [succeeded, { type: 'DeploymentSucceeded', data: { ...running.spec, kind: running.kind, final: running.final } }];
}

/** The last attempt's failure is that of the deployment. */
export function failStep(command: FailStep, state: TargetState): TargetEvent[] {
  const running = held(command, state);
  const step = startedStep(command, running);
  const { code, message, log } = command;
  const final = running.failures + 1 >= (step.attempts ?? STEP_DEFAULTS.attempts);
  const failed: TargetEvent = { type: 'StepFailed', data: { ...refTo(command, running, step), code, message, final, log } };
  if (!final) return [failed];
  const end: TargetEvent = { type: 'DeploymentFailed', data: { ...endOf(running, code, message), step: step.name } };
  return [failed, end, ...rollBackAfter(running.spec, running.kind, `step ${step.name}: ${message}`, state)];
}

/**
 * Slipway could not do its part. Before the first step the target is still what it was, and going back would be an outage
 * for nothing; once a step has started it may be half changed, so that it is put back as after a failure.
 */
export function errorDeployment(command: ErrorDeployment, state: TargetState): TargetEvent[] {
  const running = held(command, state);
  const { code, message } = command;
  const errored: TargetEvent = { type: 'DeploymentErrored', data: endOf(running, code, message) };
  return [errored, ...(running.touched ? rollBackAfter(running.spec, running.kind, message, state) : [])];
}

/** The running deployment, if the caller holds it. Whoever lost it must not write any more. */
function held({ target, deployment, token }: { target: string; deployment: string; token: number }, { running }: TargetState): RunningDeployment {
  if (running?.token === token && running.spec.deployment === deployment) return running;
  const now = running ? `${running.spec.deployment} runs with token ${running.token} on ${running.worker}` : 'nothing runs';
  throw new SlipwayError('DEPLOYMENT_TOKEN_STALE', `token ${token} of ${deployment} is stale: ${now} in ${target}`);
}

function nextStep({ step, deployment }: StartStep, running: RunningDeployment): Step {
  const next = running.spec.steps[step];
  if (step === running.step && next) return next;
  throw new SlipwayError('INVALID_COMMAND', `step ${step} of ${deployment} is not the next one: ${running.step} is`);
}

function startedStep(command: StartStep, running: RunningDeployment): Step {
  const step = nextStep(command, running);
  if (running.stepStarted) return step;
  throw new SlipwayError('INVALID_COMMAND', `step ${command.step} of ${command.deployment} has not started`);
}

function refTo({ target, deployment, token, step }: StartStep, running: RunningDeployment, { name }: Step) {
  return { target, deployment, token, step, name, attempt: running.failures + 1 };
}

function endOf({ spec, kind }: RunningDeployment, code: ErrorCode, message: string) {
  const { target, deployment, environment, application, release } = spec;
  return { target, deployment, environment, application, release, kind, code, message };
}

import type { Step } from '@slipway/deployment/contract';
import { never } from '@slipway/kernel';
import { killOrphans } from '@slipway/process-runner';
import { commitToGit } from './git-commit.step.js';
import { deployToHost } from './host-deploy.step.js';
import { verifyHttp } from './http-verify.step.js';
import { maskedError } from './mask/masked-error.js';
import { run } from './run.step.js';
import type { StepContext, StepResult } from './step-context.js';
import { withinLimit } from './time-limit.js';

/**
 * Makes one attempt at a step, whose variables are filled in already. What a crash of ours left running of the same
 * attempt is ended first. Doing it again is harmless as far as the step's type allows: a `run` step is as idempotent as
 * its command.
 *
 * Throws STEP_FAILED, STEP_TIMED_OUT, STEP_OUTPUT_LIMIT, STEP_DISK_LIMIT, STEP_MEMORY_LIMIT, SANDBOX_UNAVAILABLE, SECRET_NOT_FOUND,
 * SECRET_UNAVAILABLE, VERIFICATION_FAILED, ARTIFACT_NOT_FOUND, ARTIFACT_ALTERED, REF_NOT_FOUND, GIT_PUSH_REFUSED, REPOSITORY_UNREACHABLE; the reason of
 * `context.signal`; and any other error for a fault of ours. Neither a result nor an error holds a secret that `context.mask` knows.
 */
export async function runStep(step: Step, context: StepContext): Promise<StepResult> {
  try {
    const { output } = await withinLimit(step, context.signal, (signal) => attempt(step, context, signal));
    return { output: Object.fromEntries(Object.entries(output).map(([name, text]) => [name, context.mask.text(text)])) };
  } catch (error) {
    throw maskedError(error, context.mask);
  }
}

async function attempt(step: Step, context: StepContext, signal: AbortSignal): Promise<StepResult> {
  await killOrphans(context.runId);
  signal.throwIfAborted();
  switch (step.type) {
    case 'run':
      return run(step, context, signal);
    case 'host.deploy':
      return deployToHost(step, context, signal);
    case 'http.verify':
      return verifyHttp(step, context, signal);
    case 'git.commit':
      return commitToGit(step, context, signal);
    default:
      return never(step);
  }
}

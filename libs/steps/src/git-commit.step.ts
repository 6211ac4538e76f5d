import type { GitCommitStep } from '@slipway/deployment/contract';
import { commitFile } from '@slipway/git';
import type { StepContext, StepResult } from './step-context.js';

const AUTHOR = 'Slipway deployment <deployment@slipway.invalid>';

/**
 * Writes the file and pushes it. The same content again gives no commit, so that doing it twice is harmless. Throws
 * REF_NOT_FOUND, GIT_PUSH_REFUSED, REPOSITORY_UNREACHABLE.
 */
export async function commitToGit(step: GitCommitStep, { spec, repositories }: StepContext, signal: AbortSignal): Promise<StepResult> {
  const { application, candidate, environment, deployment, snapshot } = spec;
  const committing = commitFile({
    url: step.repository,
    branch: step.branch,
    path: step.path,
    content: () => step.content,
    message: `Deploy ${application} ${candidate} to ${environment}\n\nDeployment: ${deployment}\nSnapshot: ${snapshot.digest}\n`,
    author: AUTHOR,
    workRoot: repositories,
  });
  // git itself can't be stopped half way; what it still does is what a further attempt would do, and that one waits for its lock.
  const { commit, changed } = await Promise.race([committing, aborted(signal)]);
  return { output: { commit, changed: String(changed) } };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = (): void => reject(signal.reason as Error);
    if (signal.aborted) fail();
    signal.addEventListener('abort', fail, { once: true });
  });
}

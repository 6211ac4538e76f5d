import { codeOf, type ErrorCode, SlipwayError } from '@slipway/kernel';
import type { Attempt } from './attempt.js';
import type { AttemptOutcome } from './builds.js';

/** What the recipe did not do as it promised. All else that goes wrong is a fault of ours. */
const OF_THE_RECIPE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'RECIPE_FAILED',
  'RECIPE_TIMED_OUT',
  'RECIPE_OUTPUT_LIMIT',
  'RECIPE_DISK_LIMIT',
  'RECIPE_MEMORY_LIMIT',
  'RECIPE_LEFT_PROCESSES',
  'RECIPE_NETWORK_DENIED',
  'RECIPE_NOT_STARTED',
  'OUTPUT_MISSING',
  'PATH_OUTSIDE_CHECKOUT',
]);

/** The outcome of an attempt that threw while this component was built; undefined: before or after all components. */
export function outcomeOf(error: unknown, component: string | undefined, { number: attempt, log }: Attempt): AttemptOutcome {
  const code = codeOf(error);
  if (component !== undefined && error instanceof SlipwayError && OF_THE_RECIPE.has(code)) {
    return { type: 'FailBuild', data: { attempt, log, component, code, message: error.message } };
  }
  return { type: 'ErrorBuild', data: { attempt, log, code, message: error instanceof Error ? error.message : String(error) } };
}

import { type Step, STEP_DEFAULTS } from '@slipway/deployment/contract';
import { SlipwayError } from '@slipway/kernel';

/**
 * Gives the step's work a signal that also aborts at its time limit, and says which of the two ended it. The work has to
 * heed the signal itself: what goes on unwatched in the background could meet the next attempt.
 *
 * Throws STEP_TIMED_OUT with the last word of the work, or the reason of `signal`.
 */
export async function withinLimit<T>(step: Step, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const seconds = step.timeoutSeconds ?? STEP_DEFAULTS.timeoutSeconds;
  const limit = AbortSignal.timeout(seconds * 1_000);
  try {
    return await work(AbortSignal.any([signal, limit]));
  } catch (error) {
    signal.throwIfAborted();
    if (!limit.aborted) throw error;
    const last = error instanceof SlipwayError ? `: ${error.message}` : '';
    throw new SlipwayError('STEP_TIMED_OUT', `step ${step.name} did not end within ${seconds} s${last}`, [], { cause: error });
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, ERRORS } from '@slipway/kernel';

const RETRY_AFTER_MS = 500;

/** Asks again while a service does not answer, as when it restarts, until the deadline (milliseconds since 1970) has passed. */
export async function patiently<T>(ask: () => Promise<T>, deadline = Infinity, signal?: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!ERRORS[codeOf(error)].retry || Date.now() >= deadline || signal?.aborted) throw error;
      await sleep(RETRY_AFTER_MS);
    }
  }
}

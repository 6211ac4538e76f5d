import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsumerOptions, RecordedEvent } from './event-store.js';

export const DEFAULT_CONCURRENCY = 16;
export const DEFAULT_MAX_RETRIES = 10;

/** An event of a consumer group on its way to a handler. */
export interface Delivery {
  readonly event: RecordedEvent;
  /** How often it was handled before, without success. */
  readonly retryCount: number;
}

/** What the store is told about a delivery. */
export type Verdict = { readonly action: 'ack' } | { readonly action: 'retry' | 'park'; readonly reason: string };

/** Runs the handler and reports its failure to `onError`, which must not throw. */
export async function deliver({ event, retryCount }: Delivery, { onEvent, onError, maxRetries = DEFAULT_MAX_RETRIES }: ConsumerOptions): Promise<Verdict> {
  try {
    await onEvent(event);
    return { action: 'ack' };
  } catch (error) {
    const action = retryCount < maxRetries ? 'retry' : 'park';
    onError(error, event, action);
    return { action, reason: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Waits before an event goes back to the store, which would deliver it again at once: 0.1 s, doubled each time, at most 5 s.
 * The default of ten retries so bridges an outage of about half a minute before anything is parked. Ends early when `closing`.
 */
export async function pauseBeforeRetry(retryCount: number, closing: AbortSignal): Promise<void> {
  const delay = Math.min(100 * 2 ** retryCount, 5_000);
  // The only way for this to reject is the abort, which means: stop waiting.
  await sleep(delay, undefined, { signal: closing }).catch(() => undefined);
}

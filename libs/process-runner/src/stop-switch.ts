import type { StoppedOutcome } from './run-spec.js';

/** Why a run is ended before its time: an outcome, or a fault of ours that the caller of the run gets to see. */
export type StopCause = StoppedOutcome | Error;

/** Several may want to end a run; the first one names the cause. */
export class StopSwitch {
  readonly pulled: Promise<StopCause>;
  private resolve!: (cause: StopCause) => void;

  constructor() {
    this.pulled = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  pull(cause: StopCause): void {
    this.resolve(cause);
  }

  /** Pulls after the time, or when the signal aborts. Call the result when the run is over. */
  arm(timeoutMs: number, signal?: AbortSignal): () => void {
    const timer = setTimeout(() => this.pull('timedOut'), timeoutMs);
    const onAbort = (): void => this.pull('aborted');
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    return () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
  }
}

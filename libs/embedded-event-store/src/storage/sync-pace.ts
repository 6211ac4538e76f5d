/** A sync that is usually shorter than this, in milliseconds, is not worth a way to another thread and back. */
const QUICK_MS = 0.5;
/** How much the latest sync counts in what is usual. */
const LATEST = 0.1;
/** How often a disk that was slow is tried again, in milliseconds. */
const TRY_AGAIN_MS = 1_000;

/** Tells whether the disk is quick enough to wait for. Times are in milliseconds. */
export class SyncPace {
  private usual = 0;
  private slowSince: number | undefined;

  /** Whether the next sync may hold the event loop. */
  quick(now: number): boolean {
    return this.slowSince === undefined || now - this.slowSince >= TRY_AGAIN_MS;
  }

  /** @param took how long a sync in place took that ended now. One beside the event loop tells nothing: its end may wait for its turn. */
  learn(now: number, took: number): void {
    this.usual = this.slowSince === undefined ? this.usual + LATEST * (took - this.usual) : took;
    this.slowSince = this.usual < QUICK_MS ? undefined : now;
  }
}

/** A sync that is usually shorter than this, in milliseconds, is not worth a way to another thread and back. */
const QUICK_MS = 0.5;
/** How much the latest sync counts in what is usual. */
const LATEST = 0.1;
/** What a sync counts at most, in milliseconds: one that is late among many quick ones does not make the disk slow. */
const MOST_MS = 2;
/** A slow disk is tried again when that costs one part in so many of the time. */
const TRY_PART = 50;

/** Tells whether the disk is quick enough to wait for. Times are in milliseconds. */
export class SyncPace {
  private usual = 0;
  private slowUntil: number | undefined;

  /** Whether the next sync may hold the event loop. */
  quick(now: number): boolean {
    return this.slowUntil === undefined || now >= this.slowUntil;
  }

  /** @param took how long a sync in place took that ended now. One beside the event loop tells nothing: its end may wait for its turn. */
  learn(now: number, took: number): void {
    const counts = Math.min(took, MOST_MS);
    this.usual = this.slowUntil === undefined ? this.usual + LATEST * (counts - this.usual) : counts;
    this.slowUntil = this.usual < QUICK_MS ? undefined : now + took * TRY_PART;
  }
}

/** Wakes whoever waits for new events, of one stream or of any. */
export class CommitSignal {
  private readonly any = new Set<() => void>();
  private readonly byStream = new Map<string, Set<() => void>>();

  /** Calls `wake` at the next commit that writes to `stream` (or to any, if undefined). Returns how to stop waiting. */
  wait(stream: string | undefined, wake: () => void): () => void {
    const set = stream === undefined ? this.any : this.setOf(stream);
    set.add(wake);
    return () => {
      set.delete(wake);
      if (stream !== undefined && set.size === 0 && this.byStream.get(stream) === set) this.byStream.delete(stream);
    };
  }

  private setOf(stream: string): Set<() => void> {
    let set = this.byStream.get(stream);
    if (set === undefined) this.byStream.set(stream, (set = new Set()));
    return set;
  }

  raise(streams: Iterable<string>): void {
    wakeAll(this.any);
    if (this.byStream.size === 0) return;
    for (const stream of streams) {
      const set = this.byStream.get(stream);
      if (set === undefined) continue;
      this.byStream.delete(stream);
      wakeAll(set);
    }
  }
}

/** A waiter that is woken waits no longer; one that waits again while others are woken has to wait for the next commit. */
function wakeAll(set: Set<() => void>): void {
  if (set.size === 0) return;
  const waiting = [...set];
  set.clear();
  for (const wake of waiting) wake();
}

/** Runs work one after another for each key, and side by side for different keys. The work must not throw. */
export class KeyedQueue {
  private readonly tails = new Map<string, Promise<void>>();

  add(key: string, work: () => Promise<void>): void {
    const tail = (this.tails.get(key) ?? Promise.resolve()).then(work).finally(() => {
      if (this.tails.get(key) === tail) this.tails.delete(key);
    });
    this.tails.set(key, tail);
  }

  /** Resolves when all that was added is done. */
  async idle(): Promise<void> {
    await Promise.all(this.tails.values());
  }
}

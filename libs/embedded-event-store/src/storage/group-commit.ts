import type { EventDatabase } from './database.js';

/** Work that runs inside a transaction it shares with others, and is told how that ended. */
interface Work<T> {
  run(): T;
  done(result: T): void;
  failed(error: Error): void;
}

/** Hooks around the end of every transaction. */
export interface CommitListener {
  /** The work is durable; nobody was told yet. */
  committed(): void;
  /** Everybody was told. */
  announced(): void;
  /** Nothing of it happened. */
  rolledBack(): void;
}

/** The store cannot write at present. */
export class StoreUnavailable extends Error {}

const MOST_PER_COMMIT = 1024;

/**
 * One transaction, and so one sync to disk, for all work that arrived since the last one began. Results are handed out
 * only after the commit, also those that wrote nothing: a repeat of a write in the same batch waits for that write.
 */
export class GroupCommit {
  private queue: Work<unknown>[] = [];
  private scheduled = false;
  private closed = false;

  constructor(
    private readonly database: EventDatabase,
    private readonly listener: CommitListener,
  ) {}

  /** Runs `run` in the next transaction. Either callback is called exactly once. */
  submit<T>(run: () => T, done: (result: T) => void, failed: (error: Error) => void): void {
    if (this.closed) {
      failed(new StoreUnavailable('the event store is shutting down'));
      return;
    }
    this.queue.push({ run, done: done, failed });
    this.schedule();
  }

  /** Like submit, as a promise. */
  perform<T>(run: () => T): Promise<T> {
    return new Promise((resolve, reject) => this.submit(run, resolve, reject));
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.flush();
    });
  }

  private flush(): void {
    if (this.queue.length === 0) return;
    const batch = this.queue.splice(0, MOST_PER_COMMIT);
    if (this.queue.length > 0) this.schedule();
    const results = this.transact(batch);
    if (results instanceof Error) {
      for (const work of batch) work.failed(results);
      return;
    }
    for (const [index, work] of batch.entries()) work.done(results[index]);
    this.listener.announced();
  }

  private transact(batch: readonly Work<unknown>[]): unknown[] | StoreUnavailable {
    try {
      this.database.begin.run();
      const results = batch.map((work) => work.run());
      this.database.commit.run();
      this.listener.committed();
      return results;
    } catch (error) {
      this.database.rollback();
      this.listener.rolledBack();
      return new StoreUnavailable(`the event store cannot write: ${(error as Error).message}`, { cause: error });
    }
  }

  /** Commits what is queued and refuses what comes later. */
  close(): void {
    while (this.queue.length > 0) this.flush();
    this.closed = true;
  }
}

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
  durable(): void;
  /** Everybody was told. */
  announced(): void;
  /** Nothing of it happened. */
  rolledBack(): void;
  /** The disk failed. Everybody was told. */
  broken(error: Error): void;
}

/** The store cannot write at present. */
export class StoreUnavailable extends Error {}

const MOST_PER_COMMIT = 1024;

interface Batch {
  readonly works: readonly Work<unknown>[];
  readonly results: readonly unknown[];
}

/**
 * One transaction, and so one sync to disk, for all work that arrived since the last one began. Results are handed out
 * only when they are durable, also those that wrote nothing: a repeat of a write in the same batch waits for that write.
 * The next transaction begins when the one before is durable; until then work gathers.
 */
export class GroupCommit {
  private queue: Work<unknown>[] = [];
  private scheduled = false;
  private syncing: Batch | undefined;
  private refusal: StoreUnavailable | undefined;

  constructor(
    private readonly database: EventDatabase,
    private readonly listener: CommitListener,
  ) {}

  /** Runs `run` in the next transaction. Either callback is called exactly once. */
  submit<T>(run: () => T, done: (result: T) => void, failed: (error: Error) => void): void {
    if (this.refusal !== undefined) {
      failed(this.refusal);
      return;
    }
    this.queue.push({ run, done: done, failed });
    this.schedule();
  }

  /** Like submit, as a promise. */
  perform<T>(run: () => T): Promise<T> {
    return new Promise((resolve, reject) => this.submit(run, resolve, reject));
  }

  /** Commits what is queued and refuses what comes later. */
  close(): void {
    if (this.syncing !== undefined) this.syncNow(this.syncing);
    while (this.queue.length > 0) {
      const batch = this.transact();
      if (batch !== undefined) this.syncNow(batch);
    }
    this.refusal ??= new StoreUnavailable('the event store is shutting down');
  }

  private schedule(): void {
    if (this.scheduled || this.syncing !== undefined) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.flush();
    });
  }

  private flush(): void {
    if (this.queue.length === 0) return;
    const batch = this.transact();
    if (batch === undefined) return this.schedule();
    this.syncing = batch;
    this.database.wal.sync((error) => {
      // What was closed meanwhile was synced there.
      if (this.syncing !== batch) return;
      if (error === null) this.announce(batch);
      else this.breakDown(batch, error);
    });
  }

  /** Undefined if nothing of it happened; everybody was told. */
  private transact(): Batch | undefined {
    const works = this.queue.splice(0, MOST_PER_COMMIT);
    try {
      this.database.begin.run();
      const results = works.map((work) => work.run());
      this.database.commit.run();
      return { works, results };
    } catch (error) {
      this.database.rollback();
      this.listener.rolledBack();
      const refusal = new StoreUnavailable(`the event store cannot write: ${(error as Error).message}`, { cause: error });
      for (const work of works) work.failed(refusal);
      return undefined;
    }
  }

  private syncNow(batch: Batch): void {
    try {
      this.database.wal.syncNow();
    } catch (error) {
      return this.breakDown(batch, error as Error);
    }
    this.announce(batch);
  }

  private announce({ works, results }: Batch): void {
    this.syncing = undefined;
    this.listener.durable();
    for (const [index, work] of works.entries()) work.done(results[index]);
    this.listener.announced();
    // In a later turn: the answers leave first.
    if (this.queue.length > 0) this.schedule();
  }

  /**
   * After a sync that failed nobody knows what is on the disk, and a second try may wrongly succeed: nothing is accepted
   * any more. A new start reads what is really there.
   */
  private breakDown({ works }: Batch, error: Error): void {
    this.syncing = undefined;
    this.refusal = new StoreUnavailable(`the disk failed, the event store has to be started again: ${error.message}`, { cause: error });
    for (const work of [...works, ...this.queue.splice(0)]) work.failed(this.refusal);
    this.listener.broken(this.refusal);
  }
}

import { closeSync, fdatasync, fdatasyncSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

import { SyncPace } from './sync-pace.js';

/**
 * The write-ahead log of an open database, made durable by ourselves. SQLite's own way (synchronous=FULL) is the same
 * sync after the same write, but it holds the event loop however long the disk takes. See docs/adr/0010.
 */
export class WalFile {
  private readonly descriptor: number;
  private syncing = false;
  private closed = false;
  private readonly pace = new SyncPace();

  /** @param database path of the database, which is open in WAL mode. */
  constructor(database: string) {
    this.descriptor = openSync(`${database}-wal`, 'r+');
    // A file is no use after a power loss if its name is not.
    const folder = openSync(dirname(database), 'r');
    fsyncSync(folder);
    closeSync(folder);
  }

  /** Makes all that was committed so far durable: at once while the disk is quick, else beside the event loop. One at a time. */
  sync(done: (error: Error | null) => void): void {
    if (this.pace.quick(performance.now())) return done(attempt(() => this.syncNow()));
    this.syncing = true;
    fdatasync(this.descriptor, (error) => {
      this.syncing = false;
      if (this.closed) closeSync(this.descriptor);
      done(error);
    });
  }

  syncNow(): void {
    const start = performance.now();
    fdatasyncSync(this.descriptor);
    const end = performance.now();
    this.pace.learn(end, end - start);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    // The descriptor's number must not be given to another file while the system works on this one.
    if (!this.syncing) closeSync(this.descriptor);
  }
}

function attempt(action: () => void): Error | null {
  try {
    action();
    return null;
  } catch (error) {
    return error as Error;
  }
}

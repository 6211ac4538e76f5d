import { mkdirSync } from 'node:fs';

import { CommitSignal } from './commit-signal.js';
import { EventDatabase } from './database.js';
import { lockDirectory } from './directory-lock.js';
import { EventReader } from './event-reader.js';
import { GroupCommit } from './group-commit.js';
import { LiveTail } from './live-tail.js';
import { StreamHeads } from './stream-heads.js';
import { StreamWriter } from './stream-writer.js';

/** Everything that the services share: one open data directory. */
export interface Store {
  readonly database: EventDatabase;
  readonly heads: StreamHeads;
  readonly commits: GroupCommit;
  readonly writer: StreamWriter;
  readonly reader: EventReader;
  readonly signal: CommitSignal;
  /** Resolves if the disk fails: from then on nothing is written. */
  readonly failure: Promise<Error>;
  /** Commits what is queued, closes the database and gives the directory free. */
  close(): void;
}

/** Opens a data directory, making it if absent. Throws DirectoryInUse if another process has it open. */
export function openStore(directory: string): Store {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const lock = lockDirectory(directory);
  try {
    return assemble(new EventDatabase(directory), lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function assemble(database: EventDatabase, lock: { release(): void }): Store {
  const heads = new StreamHeads(database);
  const tail = new LiveTail();
  const signal = new CommitSignal();
  const writer = new StreamWriter(database, heads);
  const reader = new EventReader(database, heads, tail, () => writer.lastPosition);
  let changed: readonly string[] = [];
  let broken!: (error: Error) => void;
  const failure = new Promise<Error>((resolve) => (broken = resolve));
  const commits = new GroupCommit(database, {
    durable() {
      const { events, streams } = writer.takeWritten();
      for (const event of events) tail.push(event);
      changed = streams;
    },
    announced() {
      if (changed.length > 0) signal.raise(changed);
    },
    rolledBack() {
      writer.forget();
    },
    broken,
  });
  const close = (): void => {
    commits.close();
    database.close();
    lock.release();
  };
  return { database, heads, commits, writer, reader, signal, failure, close };
}

import { join } from 'node:path';

import Database from 'better-sqlite3';

/** The data directory belongs to another process. */
export class DirectoryInUse extends Error {
  constructor(readonly directory: string) {
    super(`the event store's data directory ${directory} is in use by another process`);
  }
}

/**
 * Makes this process the only owner of a data directory until `release` is called or the process ends in any way:
 * the lock is the operating system's, on a file of its own, so that the database itself stays open to other readers.
 * Throws DirectoryInUse.
 */
export function lockDirectory(directory: string): { release(): void } {
  const file = new Database(join(directory, 'lock.db'), { timeout: 0 });
  try {
    file.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    if (isBusy(error)) throw new DirectoryInUse(directory);
    throw error;
  }
  return { release: () => void file.close() };
}

/** By its code: the class of the error is another one where the package was loaded twice into a process, as jest does. */
const isBusy = (error: unknown): boolean => typeof error === 'object' && error !== null && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');

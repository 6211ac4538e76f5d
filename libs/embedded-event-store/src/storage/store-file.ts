import { closeSync, existsSync, fsyncSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';

import Database from 'better-sqlite3';

import { OperationFailed } from '../operations/operation-failed.js';

/** The name of the events' file in a data directory. */
const EVENTS_FILE = 'events.db';

export function eventsFile(directory: string): string {
  return join(directory, EVENTS_FILE);
}

/** Opens an events' file for reading, also while a server has it open. Throws OperationFailed if there is none. */
export function openForReading(file: string): Database.Database {
  if (!existsSync(file)) throw new OperationFailed(`there is no event store at ${file}`);
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    if (tableExists(db, 'event') && tableExists(db, 'stream')) return db;
  } catch (error) {
    db.close();
    throw new OperationFailed(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  db.close();
  throw new OperationFailed(`${file} is not an event store's file`);
}

export function tableExists(db: Database.Database, table: string): boolean {
  return db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table) !== undefined;
}

/** Makes a file and its entry in the directory survive a power loss. */
export function syncFile(file: string): void {
  for (const path of [file, dirname(file)]) {
    const descriptor = openSync(path, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
}

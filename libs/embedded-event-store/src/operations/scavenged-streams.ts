import type Database from 'better-sqlite3';

import { tableExists } from '../storage/store-file.js';

/**
 * Where streams begin whose oldest events were scavenged. Without this note a check could not tell them from streams
 * that lost events. Made by the first scavenge, so that a store without one carries nothing.
 */
export function createScavengedTable(db: Database.Database): void {
  db.exec('CREATE TABLE IF NOT EXISTS scavenged (stream INTEGER PRIMARY KEY, first INTEGER NOT NULL)');
}

export function noteScavenged(db: Database.Database): (stream: number, first: number) => void {
  const statement = db.prepare<[number, number]>('INSERT OR REPLACE INTO scavenged (stream, first) VALUES (?, ?)');
  return (stream, first) => void statement.run(stream, first);
}

/** The first kept revision by stream number; streams that are not in it begin at 0. */
export function readScavenged(db: Database.Database): ReadonlyMap<number, number> {
  if (!tableExists(db, 'scavenged')) return new Map();
  const rows = db.prepare<[], { stream: number; first: number }>('SELECT stream, first FROM scavenged').all();
  return new Map(rows.map(({ stream, first }) => [stream, first]));
}

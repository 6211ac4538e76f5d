import { statSync } from 'node:fs';

import { EventDatabase } from '../storage/database.js';
import { lockDirectory } from '../storage/directory-lock.js';
import { EventReader } from '../storage/event-reader.js';
import { LiveTail } from '../storage/live-tail.js';
import { createScavengedTable, noteScavenged } from './scavenged-streams.js';
import { eventsFile, openForReading } from '../storage/store-file.js';
import { StreamHeads } from '../storage/stream-heads.js';

export interface ScavengeReport {
  readonly events: number;
  readonly streams: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

const STREAMS_PER_COMMIT = 1000;

/**
 * Removes the events that no stream reader can see any more, and gives their space back to the file system. Every
 * stream keeps its last event, so that its revisions go on where they were and no position is ever given twice.
 * The server must not run: throws DirectoryInUse otherwise.
 */
export function scavengeStore(directory: string): ScavengeReport {
  const file = eventsFile(directory);
  openForReading(file).close();
  const lock = lockDirectory(directory);
  try {
    const database = new EventDatabase(directory);
    try {
      database.connection.pragma('wal_checkpoint(TRUNCATE)');
      const bytesBefore = statSync(file).size;
      const removed = removeHidden(database);
      database.connection.exec('VACUUM');
      database.connection.pragma('wal_checkpoint(TRUNCATE)');
      return { ...removed, bytesBefore, bytesAfter: statSync(file).size };
    } finally {
      database.close();
    }
  } finally {
    lock.release();
  }
}

function removeHidden(database: EventDatabase): { events: number; streams: number } {
  const { connection } = database;
  createScavengedTable(connection);
  const note = noteScavenged(connection);
  const heads = new StreamHeads(database);
  const reader = new EventReader(database, heads, new LiveTail(), () => Number.MAX_SAFE_INTEGER);
  const page = connection.prepare<[number, number], { id: number; name: string }>('SELECT id, name FROM stream WHERE id > ? ORDER BY id LIMIT ?');
  const remove = connection.prepare<[number, number]>('DELETE FROM event WHERE stream = ? AND revision < ?');
  const removed = { events: 0, streams: 0 };
  const scavengePage = connection.transaction((rows: readonly { id: number; name: string }[]) => {
    for (const { id, name } of rows) {
      const first = firstKept(reader, name);
      const { changes } = remove.run(id, first);
      if (changes === 0) continue;
      note(id, first);
      removed.events += changes;
      removed.streams++;
    }
  });
  for (let after = 0, rows = page.all(after, STREAMS_PER_COMMIT); rows.length > 0; rows = page.all(after, STREAMS_PER_COMMIT)) {
    scavengePage(rows);
    after = rows[rows.length - 1]!.id;
  }
  return removed;
}

function firstKept(reader: EventReader, name: string): number {
  const { state, first, last } = reader.view(name);
  return state === 'tombstoned' ? last : Math.min(first, last);
}

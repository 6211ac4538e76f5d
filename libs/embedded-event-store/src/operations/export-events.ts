import { createWriteStream, rmSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';

import { eventToLine } from './event-line.js';
import type { EventRow } from '../protocol/recorded-event.js';
import { requireNew, requireStore } from './required-files.js';
import { eventsFile, openForReading } from '../storage/store-file.js';

const PAGE = 128;

export interface ExportReport {
  readonly events: number;
}

/**
 * All events of a data directory in the order of `$all`, as lines of NDJSON with their ends; also while a server uses
 * it. What is appended after the first line is left out. Reads page by page, so a slow taker holds nothing up.
 */
export function* exportLines(directory: string): Generator<string> {
  const db = openForReading(eventsFile(directory));
  try {
    const end = db.prepare<[], { position: number | null }>('SELECT max(position) AS position FROM event').get()?.position ?? 0;
    const page = db.prepare<[number, number, number], EventRow>(
      'SELECT position, stream, revision, created, record FROM event WHERE position > ? AND position <= ? ORDER BY position LIMIT ?',
    );
    let after = 0;
    for (let rows = page.all(after, end, PAGE); rows.length > 0; rows = page.all(after, end, PAGE)) {
      for (const row of rows) yield `${eventToLine(row)}\n`;
      after = rows[rows.length - 1]!.position;
    }
  } finally {
    db.close();
  }
}

/** Writes them into a new file that nobody else may read. An export that fails leaves no file. Throws OperationFailed. */
export async function exportFile(directory: string, target: string): Promise<ExportReport> {
  requireStore(directory);
  const file = requireNew(target);
  let events = 0;
  const counted = function* (): Generator<string> {
    for (const line of exportLines(directory)) {
      events++;
      yield line;
    }
  };
  try {
    await pipeline(counted, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
  return { events };
}

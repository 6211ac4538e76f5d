import type Database from 'better-sqlite3';

import { decodeRecord } from './decoded-record.js';
import type { EventRow } from '../protocol/recorded-event.js';
import { readScavenged } from './scavenged-streams.js';
import { openForReading } from '../storage/store-file.js';

export interface CheckReport {
  readonly events: number;
  readonly streams: number;
  readonly bytes: number;
  readonly lastPosition: number;
  /** The first findings in words. */
  readonly findings: readonly string[];
  /** How many there are in all. */
  readonly findingCount: number;
}

const MOST_FINDINGS = 100;
const TOMBSTONE_REVISION = 2n ** 63n - 1n;

class Findings {
  readonly texts: string[] = [];
  count = 0;

  add(text: string): void {
    if (++this.count <= MOST_FINDINGS) this.texts.push(text);
  }
}

interface StreamInfo {
  readonly id: number;
  readonly name: string;
  readonly tombstoned: number;
}

/**
 * Walks a whole events' file, also while a server uses it: one transaction sees one moment. Throws OperationFailed if
 * the file is no event store at all.
 */
export function checkFile(file: string): CheckReport {
  const db = openForReading(file);
  const findings = new Findings();
  const totals = { events: 0, streams: 0, bytes: 0, lastPosition: 0 };
  try {
    db.exec('BEGIN');
    checkIntegrity(db, findings);
    const streams = readStreams(db);
    totals.streams = streams.size;
    checkRevisions(db, streams, findings);
    walkEvents(db, streams, findings, totals);
    checkGroups(db, totals.lastPosition, findings);
  } catch (error) {
    // A damaged page stops a walk: that is a finding, and what was found before still counts.
    findings.add(`the file cannot be read to its end: ${(error as Error).message}`);
  } finally {
    db.close();
  }
  return { ...totals, findings: findings.texts, findingCount: findings.count };
}

function checkIntegrity(db: Database.Database, findings: Findings): void {
  const rows = db.pragma('integrity_check') as { integrity_check: string }[];
  for (const { integrity_check: text } of rows) if (text !== 'ok') findings.add(`SQLite: ${text}`);
}

function readStreams(db: Database.Database): Map<number, StreamInfo> {
  const rows = db.prepare<[], StreamInfo>('SELECT id, name, tombstoned FROM stream').iterate();
  const streams = new Map<number, StreamInfo>();
  for (const row of rows) streams.set(row.id, row);
  return streams;
}

/** By the index of streams: revisions without a gap, positions in their order. */
function checkRevisions(db: Database.Database, streams: ReadonlyMap<number, StreamInfo>, findings: Findings): void {
  const scavenged = readScavenged(db);
  const rows = db
    .prepare<[], { stream: number; revision: number; position: number }>(
      'SELECT stream, revision, position FROM event INDEXED BY event_of_stream ORDER BY stream, revision',
    )
    .iterate();
  let last = { stream: -1, revision: -1, position: 0 };
  let seen = 0;
  for (const row of rows) {
    const fresh = row.stream !== last.stream;
    if (fresh) seen++;
    const name = streams.get(row.stream)?.name ?? `number ${row.stream}`;
    const expected = fresh ? (scavenged.get(row.stream) ?? 0) : last.revision + 1;
    if (row.revision !== expected) findings.add(`stream ${name}: revision ${row.revision} where ${expected} should be`);
    if (!fresh && row.position <= last.position) findings.add(`stream ${name}: revision ${row.revision} has an earlier position than the one before`);
    last = row;
  }
  if (seen < streams.size) findings.add(`${streams.size - seen} streams have no event`);
}

type Totals = { events: number; bytes: number; lastPosition: number };

/** By the log: every record decodes and says the same as the table. */
function walkEvents(db: Database.Database, streams: ReadonlyMap<number, StreamInfo>, findings: Findings, totals: Totals): void {
  const tombstones = new Set<number>();
  const rows = db.prepare<[], EventRow>('SELECT position, stream, revision, created, record FROM event ORDER BY position').iterate();
  for (const row of rows) {
    if (row.position <= totals.lastPosition) findings.add(`position ${row.position} does not grow`);
    totals.lastPosition = row.position;
    totals.events++;
    totals.bytes += row.record.length;
    if (tombstones.has(row.stream)) findings.add(`position ${row.position}: written behind its stream's tombstone`);
    const problem = problemOfEvent(row, streams.get(row.stream), tombstones);
    if (problem !== undefined) findings.add(`position ${row.position}: ${problem}`);
  }
  for (const { id, name, tombstoned } of streams.values()) {
    if ((tombstoned === 1) !== tombstones.has(id)) findings.add(`stream ${name}: its tombstone mark and its events differ`);
  }
}

function problemOfEvent(row: EventRow, stream: StreamInfo | undefined, tombstones: Set<number>): string | undefined {
  if (stream === undefined) return `its stream number ${row.stream} is unknown`;
  let decoded;
  try {
    decoded = decodeRecord(row.record);
  } catch (error) {
    return `the record does not decode: ${(error as Error).message}`;
  }
  const tombstone = decoded.revision === TOMBSTONE_REVISION;
  if (tombstone) tombstones.add(row.stream);
  if (decoded.stream !== stream.name) return `the record is of stream ${decoded.stream}, the table says ${stream.name}`;
  if (!tombstone && decoded.revision !== BigInt(row.revision)) return `the record has revision ${decoded.revision}, the table ${row.revision}`;
  if (decoded.prepare !== row.position || decoded.commit !== row.position) return `the record has position ${decoded.commit}`;
  // An import may bring record times that go back; the table's never do.
  if (decoded.created > row.created) return 'the record is younger than the table says';
  return undefined;
}

function checkGroups(db: Database.Database, lastPosition: number, findings: Findings): void {
  const rows = db.prepare<[], { stream: string; name: string; checkpoint: number | null; valid: number }>(
    'SELECT stream, name, checkpoint, json_valid(settings) AS valid FROM persistent_group',
  );
  for (const { stream, name, checkpoint, valid } of rows.all()) {
    if (valid !== 1) findings.add(`persistent subscription ${stream}::${name}: its settings cannot be read`);
    if (stream === '$all' && checkpoint !== null && checkpoint > lastPosition) {
      findings.add(`persistent subscription ${stream}::${name}: its checkpoint is behind the last event`);
    }
  }
}

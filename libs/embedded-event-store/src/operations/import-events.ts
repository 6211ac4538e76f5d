import { mkdirSync } from 'node:fs';

import { EventDatabase } from '../storage/database.js';
import { lockDirectory } from '../storage/directory-lock.js';
import type { LineEvent } from './event-line.js';
import { OperationFailed } from './operation-failed.js';
import { encodeRecord, streamNameField } from '../protocol/recorded-event.js';
import { createScavengedTable, noteScavenged } from './scavenged-streams.js';

export interface ImportReport {
  readonly events: number;
  readonly streams: number;
}

interface ImportedStream {
  readonly id: number;
  readonly nameField: Buffer;
  last: number;
  tombstoned: boolean;
}

/**
 * Fills an empty data directory with events as they were: ids, content, order, revisions, record times, and positions
 * where the lines have them. One transaction: an import that fails leaves the store empty. Throws DirectoryInUse or
 * OperationFailed.
 */
export async function importEvents(directory: string, events: AsyncIterable<LineEvent>): Promise<ImportReport> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const lock = lockDirectory(directory);
  try {
    const database = new EventDatabase(directory);
    try {
      if (database.lastOfAll.get() !== undefined) throw new OperationFailed(`the event store in ${directory} is not empty`, { kind: 'conflict' });
      database.begin.run();
      const importer = new Importer(database);
      for await (const event of events) importer.add(event);
      database.commit.run();
      return importer.report;
    } finally {
      database.rollback();
      database.close();
    }
  } finally {
    lock.release();
  }
}

class Importer {
  private readonly streams = new Map<string, ImportedStream>();
  private readonly note: (stream: number, first: number) => void;
  private position = 0;
  private clock = 0;
  private events = 0;

  constructor(private readonly database: EventDatabase) {
    createScavengedTable(database.connection);
    this.note = noteScavenged(database.connection);
  }

  get report(): ImportReport {
    return { events: this.events, streams: this.streams.size };
  }

  add(event: LineEvent): void {
    const stream = this.streams.get(event.stream) ?? this.open(event);
    const position = event.position ?? this.position + 1;
    const where = `event ${event.id} (${event.revision}@${event.stream})`;
    if (position <= this.position) throw new OperationFailed(`${where} has position ${position} behind ${this.position}`);
    if (stream.tombstoned) throw new OperationFailed(`${where} is written behind its stream's tombstone`);
    if (event.revision !== stream.last + 1) throw new OperationFailed(`${where} comes where revision ${stream.last + 1} should be`);
    const { nameField } = stream;
    // The column never goes back, as $maxAge relies on it; the record keeps the event's own time.
    this.clock = Math.max(this.clock, event.created);
    const { revision, created, tombstone } = event;
    const record = encodeRecord(event, { nameField, revision, position, created, tombstone });
    this.database.insertEvent.run(position, stream.id, revision, this.clock, record);
    stream.last = revision;
    this.position = position;
    this.events++;
    if (!tombstone) return;
    stream.tombstoned = true;
    this.database.tombstoneStream.run(stream.id);
  }

  /** A stream may begin later than at 0: its oldest events were scavenged where it comes from. */
  private open({ stream: name, revision }: LineEvent): ImportedStream {
    const id = Number(this.database.insertStream.run(name).lastInsertRowid);
    if (revision > 0) this.note(id, revision);
    const stream = { id, nameField: streamNameField(Buffer.from(name)), last: revision - 1, tombstoned: false };
    this.streams.set(name, stream);
    return stream;
  }
}

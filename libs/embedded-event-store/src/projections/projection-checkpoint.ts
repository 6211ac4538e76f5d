import type Database from 'better-sqlite3';

import type { EventDatabase } from '../storage/database.js';
import { BY_TYPE_PREFIX, jsonObject } from './link-projections.js';
import { recordCustomMetadata } from '../protocol/recorded-event.js';

/** Up to where in `$all` the system projections have written their links. */
export class ProjectionCheckpoint {
  private readonly saved: Database.Statement<[], { position: number }>;
  private readonly statement: Database.Statement<[number]>;

  constructor(private readonly database: EventDatabase) {
    const { connection } = database;
    connection.exec('CREATE TABLE IF NOT EXISTS system_projection (id INTEGER PRIMARY KEY CHECK (id = 1), position INTEGER NOT NULL)');
    this.saved = connection.prepare('SELECT position FROM system_projection');
    this.statement = connection.prepare('INSERT OR REPLACE INTO system_projection (id, position) VALUES (1, ?)');
  }

  load(): number {
    return this.saved.get()?.position ?? this.lastLinked();
  }

  /** To be called in the transaction that writes the links, which makes them come exactly once. */
  save(position: number): void {
    this.statement.run(position);
  }

  /**
   * An imported store has links but no checkpoint. Every link names the position that it was made for, and every event
   * that is linked at all is linked by its type.
   */
  private lastLinked(): number {
    const names = this.database.connection
      .prepare<[string, string], { id: number }>('SELECT id FROM stream WHERE name >= ? AND name < ?')
      .all(BY_TYPE_PREFIX, '$et.');
    let last = 0;
    for (const { id } of names) {
      const link = this.database.lastOfStream.get(id);
      const position = link && jsonObject(recordCustomMetadata(link.record))?.['$c'];
      if (typeof position === 'number' && position > last) last = position;
    }
    return last;
  }
}

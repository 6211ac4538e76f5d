import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Position, RecordedEvent } from '@slipway/event-store';
import Sqlite, { type Database, type Statement } from 'better-sqlite3';
import type { Projection } from './projection.js';

const { version: VERSION } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as { version: string };

/** Events in one transaction while catching up. */
const BATCH = 500;

/** One SQLite file with the tables of some projections, and the position that they reflect. */
export class ViewFile {
  readonly db: Database;
  private readonly save: Statement<[string | null, string | null]>;
  private current: Position | undefined;
  private newest: Position | undefined;
  private inTransaction = 0;
  private scheduled: NodeJS.Immediate | undefined;

  private constructor(
    path: string,
    private readonly projections: readonly Projection[],
  ) {
    this.db = new Sqlite(path);
    // The file can be made again from the log, so it need not survive a power cut: only be consistent after one.
    this.db.pragma('journal_mode = WAL');
    this.db.pragma('synchronous = NORMAL');
    this.db.exec('create table if not exists slipway_views (id integer primary key check (id = 1), shape text not null, position text, last_event text)');
    this.save = this.db.prepare('update slipway_views set position = ?, last_event = ? where id = 1');
  }

  /** Opens the file, or makes it anew when the projections are not those that filled it. */
  static open(path: string, projections: readonly Projection[]): ViewFile {
    const file = new ViewFile(path, projections);
    const shape = shapeOf(projections);
    const row = file.db.prepare('select shape, position, last_event from slipway_views').get() as
      | { shape: string; position: string | null; last_event: string | null }
      | undefined;
    if (row && row.shape !== shape) {
      file.db.close();
      for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
      return ViewFile.open(path, projections);
    }
    if (!row) {
      for (const projection of projections) file.db.exec(projection.tables);
      file.db.prepare('insert into slipway_views (id, shape) values (1, ?)').run(shape);
    }
    file.current = row?.position ?? undefined;
    file.newest = row?.last_event ?? undefined;
    return file;
  }

  get position(): Position | undefined {
    return this.current;
  }

  /** Position of the newest event that was applied. */
  get lastEvent(): Position | undefined {
    return this.newest;
  }

  /** Applies one event. Events that come in the same turn share a transaction. */
  apply(event: RecordedEvent): void {
    this.begin();
    try {
      for (const projection of this.projections) {
        projection.on[event.type]?.(event, this.db);
        projection.on['*']?.(event, this.db);
      }
    } catch (error) {
      this.rollBack();
      throw error;
    }
    this.newest = event.position;
    this.checkpoint(event.position);
  }

  checkpoint(position: Position): void {
    this.begin();
    this.current = position;
    this.inTransaction += 1;
    if (this.inTransaction >= BATCH) this.commit();
  }

  /** SHA-256 over every row of every table, in the order of their primary keys. */
  digest(): string {
    const hash = createHash('sha256');
    const tables = this.db
      .prepare("select name from sqlite_master where type = 'table' and name <> 'slipway_views' and name not like 'sqlite_%' order by name")
      .pluck()
      .all() as string[];
    for (const table of tables) {
      const keys = (this.db.prepare('select name from pragma_table_info(?) where pk > 0 order by pk').pluck().all(table) as string[]).map((key) => `"${key}"`);
      hash.update(`${table}\n`);
      for (const row of this.db.prepare(`select * from "${table}" order by ${keys.join(', ')}`).raw().iterate()) hash.update(`${JSON.stringify(row)}\n`);
    }
    return `sha256:${hash.digest('hex')}`;
  }

  close(): void {
    if (this.inTransaction > 0) this.commit();
    clearImmediate(this.scheduled);
    this.db.close();
  }

  private begin(): void {
    if (this.db.inTransaction) return;
    this.db.exec('begin');
    this.scheduled = setImmediate(() => this.commit());
  }

  private commit(): void {
    clearImmediate(this.scheduled);
    this.inTransaction = 0;
    if (!this.db.inTransaction) return;
    this.save.run(this.current ?? null, this.newest ?? null);
    this.db.exec('commit');
  }

  /** Back to what was committed last: the events since then are applied again. */
  private rollBack(): void {
    clearImmediate(this.scheduled);
    this.inTransaction = 0;
    this.db.exec('rollback');
    const row = this.db.prepare('select position, last_event from slipway_views').get() as { position: string | null; last_event: string | null };
    this.current = row.position ?? undefined;
    this.newest = row.last_event ?? undefined;
  }
}

/** Changes with the tables, the handlers, and Slipway's version (for what the handlers call), so that an upgrade makes its views anew. */
function shapeOf(projections: readonly Projection[]): string {
  const hash = createHash('sha256').update(VERSION);
  for (const projection of projections) {
    hash.update(projection.tables).update(projection.prefixes.join());
    for (const [type, handler] of Object.entries(projection.on)) hash.update(type).update(handler.toString());
  }
  return hash.digest('hex');
}

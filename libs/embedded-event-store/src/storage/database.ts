import Database from 'better-sqlite3';

import type { EventRow } from '../protocol/recorded-event.js';
import { pageQuery, type PageRow } from './event-page.js';
import { eventsFile } from './store-file.js';
import { WalFile } from './wal-file.js';

const SCHEMA_VERSION = 1;

/**
 * `event` is the log: its key is the position in `$all`, the index finds a stream's revisions. Streams are numbers so
 * that the index stays narrow. Revisions of a stream follow each other without a gap.
 */
const SCHEMA = `
  CREATE TABLE stream (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    tombstoned INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE event (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    created INTEGER NOT NULL,
    record BLOB NOT NULL
  );
  CREATE UNIQUE INDEX event_of_stream ON event (stream, revision);
  CREATE TABLE persistent_group (
    stream TEXT NOT NULL,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    checkpoint INTEGER,
    PRIMARY KEY (stream, name)
  );
`;

const COLUMNS = 'position, stream, revision, created, record';

export interface StreamRow {
  readonly id: number;
  readonly tombstoned: number;
}

export interface GroupRow {
  readonly stream: string;
  readonly name: string;
  readonly settings: string;
  readonly checkpoint: number | null;
}

/** The SQLite file and its prepared statements. Nothing else in the package speaks SQL. */
export class EventDatabase {
  readonly connection: Database.Database;
  readonly wal: WalFile;
  readonly begin: Database.Statement<[]>;
  readonly commit: Database.Statement<[]>;
  readonly insertStream: Database.Statement<[string]>;
  readonly findStream: Database.Statement<[string], StreamRow>;
  readonly tombstoneStream: Database.Statement<[number]>;
  readonly insertEvent: Database.Statement<[number, number, number, number, Buffer]>;
  readonly lastOfStream: Database.Statement<[number], EventRow>;
  readonly lastNamed: Database.Statement<[string], EventRow>;
  readonly lastOfAll: Database.Statement<[], EventRow>;
  readonly eventAt: Database.Statement<[number, number], EventRow>;
  readonly newestOfStream: Database.Statement<[number, number], { revision: number; position: number; id: string }>;
  readonly allForwards: Database.Statement<[number, number, number], PageRow>;
  readonly allBackwards: Database.Statement<[number, number], PageRow>;
  readonly streamForwards: Database.Statement<[number, number, number, number], PageRow>;
  readonly streamBackwards: Database.Statement<[number, number, number, number], PageRow>;
  readonly groups: Database.Statement<[], GroupRow>;
  readonly insertGroup: Database.Statement<[string, string, string, number | null]>;
  readonly saveGroup: Database.Statement<[string, string, string, number | null]>;
  readonly saveCheckpoint: Database.Statement<[number, string, string]>;
  readonly deleteGroup: Database.Statement<[string, string]>;

  constructor(directory: string) {
    const file = eventsFile(directory);
    const db = (this.connection = open(file));
    this.wal = new WalFile(file);
    this.begin = db.prepare('BEGIN IMMEDIATE');
    this.commit = db.prepare('COMMIT');
    this.insertStream = db.prepare('INSERT INTO stream (name) VALUES (?)');
    this.findStream = db.prepare('SELECT id, tombstoned FROM stream WHERE name = ?');
    this.tombstoneStream = db.prepare('UPDATE stream SET tombstoned = 1 WHERE id = ?');
    this.insertEvent = db.prepare(`INSERT INTO event (${COLUMNS}) VALUES (?, ?, ?, ?, ?)`);
    this.lastOfStream = db.prepare(`SELECT ${COLUMNS} FROM event WHERE stream = ? ORDER BY revision DESC LIMIT 1`);
    this.lastNamed = db.prepare(
      `SELECT ${COLUMNS} FROM event WHERE stream = (SELECT id FROM stream WHERE name = ?) ORDER BY revision DESC LIMIT 1`,
    );
    this.lastOfAll = db.prepare(`SELECT ${COLUMNS} FROM event ORDER BY position DESC LIMIT 1`);
    this.eventAt = db.prepare(`SELECT ${COLUMNS} FROM event WHERE stream = ? AND revision = ?`);
    this.newestOfStream = db.prepare(
      'SELECT revision, position, CAST(substr(record, 5, 36) AS TEXT) AS id FROM event WHERE stream = ? ORDER BY revision DESC LIMIT ?',
    );
    this.allForwards = pages(db, 'WHERE position > ? AND position <= ? ORDER BY position LIMIT ?');
    this.allBackwards = pages(db, 'WHERE position < ? ORDER BY position DESC LIMIT ?');
    this.streamForwards = pages(db, 'WHERE stream = ? AND revision >= ? AND revision <= ? ORDER BY revision LIMIT ?');
    this.streamBackwards = pages(db, 'WHERE stream = ? AND revision <= ? AND revision >= ? ORDER BY revision DESC LIMIT ?');
    this.groups = db.prepare('SELECT stream, name, settings, checkpoint FROM persistent_group');
    const group = 'INTO persistent_group (stream, name, settings, checkpoint) VALUES (?, ?, ?, ?)';
    this.insertGroup = db.prepare(`INSERT OR IGNORE ${group}`);
    this.saveGroup = db.prepare(`INSERT OR REPLACE ${group}`);
    this.saveCheckpoint = db.prepare('UPDATE persistent_group SET checkpoint = ? WHERE stream = ? AND name = ?');
    this.deleteGroup = db.prepare('DELETE FROM persistent_group WHERE stream = ? AND name = ?');
  }

  rollback(): void {
    // SQLite may have rolled back by itself (a full disk, for one): a second try would hide the first error.
    if (this.connection.inTransaction) this.connection.exec('ROLLBACK');
  }

  close(): void {
    this.wal.close();
    this.connection.close();
  }
}

const pages = <P extends unknown[]>(db: Database.Database, which: string): Database.Statement<P, PageRow> => db.prepare<P, PageRow>(pageQuery(`SELECT record FROM event ${which}`)).raw();

function open(file: string): Database.Database {
  const db = new Database(file);
  try {
    db.pragma('journal_mode = WAL');
    // A commit is on its way to the disk, and acknowledged when `wal` says that it got there.
    db.pragma('synchronous = NORMAL');
    db.pragma('cache_size = -65536');
    // Fewer, larger checkpoints: each costs a sync of the main file that appends wait for.
    db.pragma('wal_autocheckpoint = 8000');
    db.pragma('journal_size_limit = 67108864');
    prepareSchema(db, file);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function prepareSchema(db: Database.Database, file: string): void {
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version === SCHEMA_VERSION) return;
  if (version !== 0) throw new Error(`${file} has schema version ${version}; this program knows ${SCHEMA_VERSION}`);
  db.transaction(() => {
    db.exec(SCHEMA);
    db.pragma(`user_version = ${SCHEMA_VERSION}`);
  })();
}

import type Database from 'better-sqlite3';

export interface AccountRow {
  readonly name: string;
  /** JSON list of group names. */
  readonly groups: string;
  readonly password: string;
  /** 1: may not act for now. */
  readonly disabled: number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS account (
    name TEXT PRIMARY KEY,
    groups TEXT NOT NULL,
    password TEXT NOT NULL,
    disabled INTEGER NOT NULL DEFAULT 0
  ) WITHOUT ROWID;
`;

/** The users' table. It is made when it is first needed: a store without TLS has no users. */
export class AccountTable {
  readonly all: Database.Statement<[], AccountRow>;
  readonly save: Database.Statement<[string, string, string, number]>;
  readonly remove: Database.Statement<[string]>;

  constructor(connection: Database.Database) {
    connection.exec(SCHEMA);
    this.all = connection.prepare('SELECT name, groups, password, disabled FROM account ORDER BY name');
    this.save = connection.prepare('INSERT OR REPLACE INTO account (name, groups, password, disabled) VALUES (?, ?, ?, ?)');
    this.remove = connection.prepare('DELETE FROM account WHERE name = ?');
  }
}

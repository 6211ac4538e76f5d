import type Database from 'better-sqlite3';

export interface AccountRow {
  readonly name: string;
  readonly fullName: string;
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
    disabled INTEGER NOT NULL DEFAULT 0,
    full_name TEXT NOT NULL DEFAULT ''
  ) WITHOUT ROWID;
`;

/** The users' table. It is made when it is first needed: a store without TLS has no users. */
export class AccountTable {
  readonly all: Database.Statement<[], AccountRow>;
  readonly save: Database.Statement<[string, string, string, number, string]>;
  readonly remove: Database.Statement<[string]>;

  constructor(connection: Database.Database) {
    connection.exec(SCHEMA);
    addFullNames(connection);
    this.all = connection.prepare('SELECT name, groups, password, disabled, full_name AS fullName FROM account ORDER BY name');
    this.save = connection.prepare('INSERT OR REPLACE INTO account (name, groups, password, disabled, full_name) VALUES (?, ?, ?, ?, ?)');
    this.remove = connection.prepare('DELETE FROM account WHERE name = ?');
  }
}

/** The first tables had none: there, a user's full name is its name. */
function addFullNames(connection: Database.Database): void {
  const columns = connection.pragma('table_info(account)') as readonly { name: string }[];
  if (columns.some(({ name }) => name === 'full_name')) return;
  connection.exec("ALTER TABLE account ADD COLUMN full_name TEXT NOT NULL DEFAULT ''; UPDATE account SET full_name = name;");
}

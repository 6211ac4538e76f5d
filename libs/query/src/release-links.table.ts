import type { ReleaseLinks } from './release-links.js';

/** The table in which a projection keeps its release links. */
export const RELEASE_LINKS_TABLE = `
    create table release_links (
      key text primary key,
      release text not null
    ) without rowid;`;

/** As much of a SQLite database as the links need. */
interface Statements {
  prepare(sql: string): { get(...values: unknown[]): unknown; run(...values: unknown[]): unknown };
}

export function releaseLinksIn(db: Statements): ReleaseLinks {
  return {
    releaseOf: (key) => (db.prepare('select release from release_links where key = ?').get(key) as { release: string } | undefined)?.release,
    link: (key, release) => void db.prepare('insert or replace into release_links values (?, ?)').run(key, release),
  };
}

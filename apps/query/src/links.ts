import type { ReleaseLinks } from '@slipway/query';
import type { Database } from 'better-sqlite3';

/** The table in which a projection keeps its release links. */
export const LINKS_TABLE = `
    create table release_links (
      key text primary key,
      release text not null
    ) without rowid;`;

export function linksIn(db: Database): ReleaseLinks {
  return {
    releaseOf: (key) => db.prepare<[string]>('select release from release_links where key = ?').pluck().get(key) as string | undefined,
    link: (key, release) => void db.prepare('insert or replace into release_links values (?, ?)').run(key, release),
  };
}

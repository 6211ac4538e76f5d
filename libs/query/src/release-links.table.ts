import { prepared, type Statements } from './prepared.js';
import type { ReleaseLinks } from './release-links.js';

/** The table in which a projection keeps its release links. */
export const RELEASE_LINKS_TABLE = `
    create table release_links (
      key text primary key,
      release text not null
    ) without rowid;`;

export function releaseLinksIn(db: Statements): ReleaseLinks {
  return {
    releaseOf: (key) => (prepared(db, 'select release from release_links where key = ?').get(key) as { release: string } | undefined)?.release,
    link: (key, release) => void prepared(db, 'insert or replace into release_links values (?, ?)').run(key, release),
  };
}

import type { ListReleases, ReleaseRow } from '@slipway/query/contract';
import type { Database } from 'better-sqlite3';
import { fromJson } from './json.js';

const COLUMNS = 'release, application, candidate, plan, snapshot, status, environment, reasons, author, requested_at';
const DEFAULT_LIMIT = 100;

interface Row {
  release: string;
  application: string;
  candidate: string;
  plan: string;
  snapshot: string;
  status: ReleaseRow['status'];
  environment: string | null;
  reasons: string;
  author: string;
  requested_at: string;
}

/** Newest first. */
export function listReleases(db: Database, query: Pick<ListReleases, 'application' | 'release' | 'limit'>): ReleaseRow[] {
  const rows = select(db, query).map(({ reasons, requested_at, ...row }) => ({ ...row, reasons: fromJson<ReleaseRow['reasons']>(reasons), requestedAt: requested_at }));
  // A release that was asked for by name may be of another application than was asked for.
  return query.application === undefined ? rows : rows.filter(({ application }) => application === query.application);
}

function select(db: Database, { application, release, limit = DEFAULT_LIMIT }: Pick<ListReleases, 'application' | 'release' | 'limit'>): Row[] {
  if (release !== undefined) return db.prepare<[string], Row>(`select ${COLUMNS} from releases where release = ?`).all(release);
  if (application === undefined) return db.prepare<[number], Row>(`select ${COLUMNS} from releases order by position desc limit ?`).all(limit);
  return db.prepare<[string, number], Row>(`select ${COLUMNS} from releases where application = ? order by position desc limit ?`).all(application, limit);
}

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

type Asked = Pick<ListReleases, 'application' | 'release' | 'limit'>;

/** Newest first, as many as were asked for of those that may be seen. */
export function listReleases(db: Database, query: Asked, sees: (row: Pick<Row, 'release' | 'plan'>) => boolean = () => true): ReleaseRow[] {
  const rows: Row[] = [];
  for (const row of select(db, query)) {
    if (sees(row)) rows.push(row);
    if (rows.length === (query.limit ?? DEFAULT_LIMIT)) break;
  }
  return rows.map(({ reasons, requested_at, ...row }) => ({ ...row, reasons: fromJson<ReleaseRow['reasons']>(reasons), requestedAt: requested_at }));
}

function select(db: Database, { application, release }: Asked): Iterable<Row> {
  // A release that is asked for by name may be of another application than is asked for.
  if (release !== undefined) return db.prepare<[string, string | null], Row>(`select ${COLUMNS} from releases where release = ? and application = ifnull(?, application)`).all(release, application ?? null);
  if (application === undefined) return db.prepare<[], Row>(`select ${COLUMNS} from releases order by position desc`).iterate();
  return db.prepare<[string], Row>(`select ${COLUMNS} from releases where application = ? order by position desc`).iterate(application);
}

import type { CandidateContents, CandidateRow, ListCandidates, ShowCandidate } from '@slipway/query/contract';
import type { Database } from 'better-sqlite3';
import { fromJson } from './json.js';

const SHORT = 'application, candidate, commit_sha, subject, author, cut_at, change_count, build, snapshot, reason';

interface Row {
  application: string;
  candidate: string;
  commit_sha: string;
  subject: string;
  author: string;
  cut_at: string;
  change_count: number;
  build: CandidateRow['build'];
  snapshot: string | null;
  reason: string | null;
}

interface LongRow extends Row {
  origin: string;
  previous: string;
  changes: string;
  artifacts: string;
  build_log: string | null;
}

/** Newest first. */
export function listCandidates(db: Database, { application }: Pick<ListCandidates, 'application'>): CandidateRow[] {
  const rows =
    application === undefined
      ? db.prepare<[], Row>(`select ${SHORT} from candidates order by position desc`).all()
      : db.prepare<[string], Row>(`select ${SHORT} from candidates where application = ? order by position desc`).all(application);
  return rows.map(candidateRow);
}

export function showCandidate(db: Database, { application, candidate }: Pick<ShowCandidate, 'application' | 'candidate'>): CandidateContents | null {
  const select = `select ${SHORT}, origin, previous, changes, artifacts, build_log from candidates where application = ? and candidate = ?`;
  const row = db.prepare<[string, string], LongRow>(select).get(application, candidate);
  if (!row) return null;
  return {
    ...candidateRow(row),
    origin: fromJson(row.origin),
    previous: fromJson(row.previous),
    changes: fromJson(row.changes),
    artifacts: fromJson(row.artifacts),
    buildLog: row.build_log,
  };
}

function candidateRow(row: Row): CandidateRow {
  const { application, candidate, subject, author, build, snapshot } = row;
  return { application, candidate, commit: row.commit_sha, subject, author, cutAt: row.cut_at, changeCount: row.change_count, build, snapshot, reason: fromJson(row.reason) };
}

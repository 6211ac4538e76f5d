import type { Reason } from '@slipway/kernel';
import type { WaitingRow } from '@slipway/query/contract';
import type { Database } from 'better-sqlite3';
import { fromJson } from './json.js';
import { REVIEW_PENDING } from './review-pending.js';

/** Everything that does not move, the longest wait first. Read from the views of candidates, releases, targets and deployments. */
export function waitingList(db: Database): WaitingRow[] {
  const rows = [...builds(db), ...releases(db), ...deployments(db)];
  return rows.sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0));
}

function builds(db: Database): WaitingRow[] {
  const select = `select application, candidate, build, build_since as since, worker from candidates where build in ('requested', 'running') order by build_since`;
  const rows = db.prepare<[], { application: string; candidate: string; build: string; since: string; worker: string | null }>(select).all();
  return rows.map(({ application, candidate, build, since, worker }) => ({
    kind: 'build',
    id: `${application}/${candidate}`,
    application,
    environment: null,
    reasons: [build === 'running' ? { code: 'BUILD_RUNNING', message: `${worker} builds it` } : { code: 'BUILD_QUEUED', message: 'waits for a build worker' }],
    since,
  }));
}

function releases(db: Database): WaitingRow[] {
  const select = `select release as id, application, environment, reasons, since from releases where status in ('requested', 'waiting') order by since`;
  const rows = db.prepare<[], { id: string; application: string; environment: string | null; reasons: string; since: string }>(select).all();
  return rows.map((row) => ({ kind: 'release', ...row, reasons: orElse(fromJson(row.reasons), REVIEW_PENDING) }));
}

interface Waiting {
  target: string;
  deployment: string;
  position: string;
  kind: 'release' | 'rollback';
  environment: string;
  application: string;
  status: 'in review' | 'queued';
  since: string;
  waits_for: string;
  hold_reason: string | null;
  hold_by: string | null;
}

function deployments(db: Database): WaitingRow[] {
  const select = `
    select d.target, d.deployment, d.position, d.kind, d.environment, d.application, d.status, d.since, d.waits_for, t.hold_reason, t.hold_by
    from deployments d join targets t on t.target = d.target where d.status in ('in review', 'queued') order by d.since`;
  const rows = db.prepare<[], Waiting>(select).all();
  return rows.map((row) => ({
    kind: row.kind === 'rollback' && row.status === 'in review' ? 'rollback' : 'deployment',
    id: `${row.target}/${row.deployment}`,
    application: row.application,
    environment: row.environment,
    reasons: row.status === 'in review' ? orElse(fromJson(row.waits_for), REVIEW_PENDING) : queuedBehind(db, row, rows),
    since: row.since,
  }));
}

/** Rollbacks pass a hold and go before releases, as in the target's own queue. */
function queuedBehind(db: Database, row: Waiting, waiting: readonly Waiting[]): readonly Reason[] {
  const reasons: Reason[] = [];
  if (row.kind === 'release' && row.hold_reason !== null) reasons.push({ code: 'TARGET_HELD', message: `held by ${row.hold_by}: ${row.hold_reason}` });
  const running = db.prepare<[string]>(`select deployment from deployments where target = ? and status = 'running'`).pluck().get(row.target) as string | undefined;
  if (running !== undefined) reasons.push({ code: 'DEPLOYMENT_IN_PROGRESS', message: `${running} runs` });
  const before = waiting.filter((other) => goesBefore(other, row)).map(({ deployment }) => deployment);
  if (before.length > 0) reasons.push({ code: 'DEPLOYMENT_QUEUED', message: `${before.join(', ')} ${before.length === 1 ? 'goes' : 'go'} first` });
  return orElse(reasons, { code: 'WORKER_AWAITED', message: 'waits for a deployment worker' });
}

function goesBefore(other: Waiting, row: Waiting): boolean {
  if (other.target !== row.target || other.status !== 'queued') return false;
  return other.kind === row.kind ? other.position < row.position : other.kind === 'rollback';
}

const orElse = (reasons: readonly Reason[], otherwise: Reason): readonly Reason[] => (reasons.length > 0 ? reasons : [otherwise]);

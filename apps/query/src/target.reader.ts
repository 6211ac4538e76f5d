import { SlipwayError } from '@slipway/kernel';
import type { DeploymentRow, EnvironmentMatrix, MatrixRow, TargetHistory } from '@slipway/query/contract';
import type { Database } from 'better-sqlite3';
import { fromJson } from './json.js';

interface TargetRow {
  target: string;
  workspace: string;
  environment: string;
  application: string;
  last_deployment: string;
  hold_reason: string | null;
  hold_by: string | null;
  hold_since: string | null;
}

/** Later than any instant. */
const NOW = '9999';

/** @throws SlipwayError INVALID_COMMAND for an `at` that is no instant. */
export function environmentMatrix(db: Database, { application, at }: Pick<EnvironmentMatrix, 'application' | 'at'>): MatrixRow[] {
  const instant = at === undefined ? NOW : instantOf(at);
  return targets(db, application, instant).map(({ target, workspace, environment, application: name, ...row }) => ({
    target,
    workspace,
    environment,
    application: name,
    current: currentOf(db, target, instant),
    last: at === undefined ? lastOf(db, target, row.last_deployment) : null,
    hold: at === undefined ? holdOf(row) : null,
  }));
}

/** Newest first. */
export function targetHistory(db: Database, { target }: Pick<TargetHistory, 'target'>): DeploymentRow[] {
  const rows = db.prepare<[string], StoredDeployment>(`select * from deployments where target = ? order by position desc`).all(target);
  return rows.map(({ deployment, kind, release, candidate, snapshot, status, ...row }) => ({
    target,
    deployment,
    kind,
    release,
    candidate,
    snapshot,
    digests: fromJson(row.digests),
    status,
    requestedAt: row.requested_at,
    endedAt: row.ended_at,
    cites: fromJson(row.cites),
    reason: fromJson(row.reason),
  }));
}

interface StoredDeployment extends Pick<DeploymentRow, 'deployment' | 'kind' | 'release' | 'candidate' | 'snapshot' | 'status'> {
  digests: string;
  requested_at: string;
  ended_at: string | null;
  cites: string | null;
  reason: string | null;
}

/** Those that had been deployed to, or were about to be, at that instant. */
function targets(db: Database, application: string | undefined, instant: string): TargetRow[] {
  return application === undefined
    ? db.prepare<[string], TargetRow>('select * from targets where since <= ? order by target').all(instant)
    : db.prepare<[string, string], TargetRow>('select * from targets where application = ? and since <= ? order by target').all(application, instant);
}

function currentOf(db: Database, target: string, instant: string): MatrixRow['current'] {
  const select = `select deployment, candidate, snapshot, succeeded_at as since from target_successes
    where target = ? and succeeded_at <= ? order by succeeded_at desc, position desc limit 1`;
  return db.prepare<[string, string], NonNullable<MatrixRow['current']>>(select).get(target, instant) ?? null;
}

function lastOf(db: Database, target: string, deployment: string): MatrixRow['last'] {
  const select = 'select deployment, status, candidate from deployments where target = ? and deployment = ?';
  return db.prepare<[string, string], NonNullable<MatrixRow['last']>>(select).get(target, deployment) ?? null;
}

const holdOf = ({ hold_reason, hold_by, hold_since }: Pick<TargetRow, 'hold_reason' | 'hold_by' | 'hold_since'>): MatrixRow['hold'] =>
  hold_reason === null || hold_by === null || hold_since === null ? null : { reason: hold_reason, by: hold_by, since: hold_since };

/** As the log writes them, so that they compare as texts. ISO 8601 has forms, such as weeks, that JavaScript can't read. */
function instantOf(at: string): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) throw new SlipwayError('INVALID_COMMAND', `at must be a date and time such as 2026-03-01T10:00:00Z, not ${at}`);
  return time.toISOString();
}

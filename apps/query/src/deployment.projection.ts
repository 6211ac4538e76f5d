import type { MatchAwaited, ReviewHeld } from '@slipway/admission/contract';
import type { DeploymentErrored, DeploymentFailed, DeploymentSpec, TargetEvent } from '@slipway/deployment/contract';
import type { RecordedEvent } from '@slipway/event-store';
import type { Reason } from '@slipway/kernel';
import { notePrivateValues, prepared, PRIVATE_VALUES_TABLE } from '@slipway/query';
import type { DeploymentRow, DeploymentStatus } from '@slipway/query/contract';
import type { Projection } from '@slipway/service-kit';
import type { Database } from 'better-sqlite3';
import type { Handlers } from './handlers.js';

type Told =
  | Exclude<TargetEvent, { type: 'StepStarted' | 'StepSucceeded' | 'StepFailed' | 'HoldPlaced' | 'HoldLifted' }>
  // What the review of a rollback waits for.
  | MatchAwaited
  | ReviewHeld;

/** Every deployment of every target, what became of it, and which of the values that it was given are private. */
export class DeploymentProjection implements Projection {
  readonly prefixes = [];

  readonly tables = `
    create table deployments (
      target text not null,
      deployment text not null,
      position text not null,
      kind text not null,
      environment text not null,
      application text not null,
      release text not null,
      candidate text not null,
      snapshot text not null,
      digests text not null,
      status text not null,
      since text not null,
      requested_at text not null,
      ended_at text,
      cites text,
      reason text,
      waits_for text not null,
      primary key (target, deployment)
    ) without rowid;
    create index deployments_newest on deployments (target, position);
    create index deployments_waiting on deployments (since) where status in ('in review', 'queued');
    create index deployments_running on deployments (target) where status = 'running';
    ${PRIVATE_VALUES_TABLE}`;

  readonly on: Handlers<Told> = {
    DeploymentRequested: (event, db) => request(event, db, 'queued', null),
    RollbackRequested: (event, db) => request(event, db, 'in review', event.data.cites),
    MatchAwaited: (event, db) => wait(event, db),
    ReviewHeld: (event, db) => wait(event, db),
    RollbackAdmitted: (event, db) => go(event, db, 'queued'),
    RollbackDenied: (event, db) => end(event, db, 'denied', oneOf(event.data.reasons)),
    DeploymentStarted: (event, db) => go(event, db, 'running'),
    DeploymentSucceeded: (event, db) => end(event, db, 'succeeded', null),
    DeploymentFailed: (event, db) => end(event, db, 'failed', reasonOf(event.data)),
    DeploymentErrored: (event, db) => end(event, db, 'errored', reasonOf(event.data)),
    DeploymentCancelled: (event, db) => end(event, db, 'cancelled', { code: 'RELEASE_CANCELLED', message: event.data.reason }),
  };
}

type Requested = RecordedEvent<Extract<Told, { type: 'DeploymentRequested' | 'RollbackRequested' }>>;
type OfDeployment = RecordedEvent<Exclude<Told, MatchAwaited | ReviewHeld>>;

function request(event: Requested, db: Database, status: DeploymentStatus, cites: DeploymentRow['cites']): void {
  const { data, position, recordedAt } = event;
  const { target, deployment, kind, environment, application, release, candidate, snapshot } = data;
  prepared(db, `insert into deployments values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, null, ?, null, '[]')`).run(
    target,
    deployment,
    position,
    kind,
    environment,
    application,
    release,
    candidate,
    snapshot.digest,
    JSON.stringify(digests(snapshot)),
    status,
    recordedAt,
    recordedAt,
    cites && JSON.stringify(cites),
  );
  notePrivateValues(event, db);
}

function go({ data, recordedAt }: OfDeployment, db: Database, status: DeploymentStatus): void {
  prepared(db, `update deployments set status = ?, since = ?, waits_for = '[]' where target = ? and deployment = ?`).run(status, recordedAt, data.target, data.deployment);
}

function end({ data, recordedAt }: OfDeployment, db: Database, status: DeploymentStatus, reason: Reason | null): void {
  const set = `status = ?, since = ?, ended_at = ?, reason = ?, waits_for = '[]'`;
  prepared(db, `update deployments set ${set} where target = ? and deployment = ?`).run(status, recordedAt, recordedAt, reason && JSON.stringify(reason), data.target, data.deployment);
}

/** A late word of the review must not touch what has left it. */
function wait({ data: { subject, reasons } }: RecordedEvent<MatchAwaited | ReviewHeld>, db: Database): void {
  if (subject.kind !== 'rollback') return;
  prepared(db, `update deployments set waits_for = ? where target = ? and deployment = ? and status = 'in review'`).run(JSON.stringify(reasons), subject.target, subject.deployment);
}

const digests = (snapshot: DeploymentSpec['snapshot']): DeploymentRow['digests'] => Object.fromEntries(snapshot.components.map(({ name, digest }) => [name, digest]));

function reasonOf(data: DeploymentFailed['data'] | DeploymentErrored['data']): Reason {
  return { code: data.code, message: data.message, ...('step' in data && { at: data.step }) };
}

/** A row has room for one reason: the first one's code, and all of their words. */
function oneOf(reasons: readonly Reason[]): Reason | null {
  const [first] = reasons;
  return first ? { ...first, message: reasons.map(({ message }) => message).join('; ') } : null;
}

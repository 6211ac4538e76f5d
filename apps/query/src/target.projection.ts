import type { TargetEvent } from '@slipway/deployment/contract';
import { prepared } from '@slipway/query';
import type { Projection } from '@slipway/service-kit';
import type { Handlers } from './handlers.js';

type Told = Extract<TargetEvent, { type: 'DeploymentRequested' | 'RollbackRequested' | 'DeploymentSucceeded' | 'HoldPlaced' | 'HoldLifted' }>;

/** Targets: what runs in each now, what ran there at any time before, and what holds it. */
export class TargetProjection implements Projection {
  readonly prefixes = [];

  readonly tables = `
    create table targets (
      target text primary key,
      workspace text not null,
      environment text not null,
      application text not null,
      since text not null,
      last_deployment text not null,
      hold_reason text,
      hold_by text,
      hold_since text
    ) without rowid;
    create index targets_of_application on targets (application, target);
    create table target_successes (
      target text not null,
      position text not null,
      succeeded_at text not null,
      deployment text not null,
      candidate text not null,
      snapshot text not null,
      primary key (target, position)
    ) without rowid;
    create index target_successes_at on target_successes (target, succeeded_at, position);`;

  readonly on: Handlers<Told> = {
    DeploymentRequested: ({ data, recordedAt }, db) => {
      prepared(db, WRITE).run(data.target, workspaceOf(data.target), data.environment, data.application, recordedAt, data.deployment);
    },
    RollbackRequested: ({ data, recordedAt }, db) => {
      prepared(db, WRITE).run(data.target, workspaceOf(data.target), data.environment, data.application, recordedAt, data.deployment);
    },
    DeploymentSucceeded: ({ data, position, recordedAt }, db) => {
      const { target, deployment, candidate, snapshot } = data;
      prepared(db, 'insert into target_successes values (?, ?, ?, ?, ?, ?)').run(target, position, recordedAt, deployment, candidate, snapshot.digest);
    },
    HoldPlaced: ({ data, recordedAt }, db) => {
      prepared(db, 'update targets set hold_reason = ?, hold_by = ?, hold_since = ? where target = ?').run(data.reason, data.by, recordedAt, data.target);
    },
    HoldLifted: ({ data }, db) => {
      prepared(db, 'update targets set hold_reason = null, hold_by = null, hold_since = null where target = ?').run(data.target);
    },
  };
}

const WRITE = `
  insert into targets (target, workspace, environment, application, since, last_deployment) values (?, ?, ?, ?, ?, ?)
  on conflict do update set last_deployment = excluded.last_deployment`;

const workspaceOf = (target: string): string => target.slice(0, target.indexOf('/'));

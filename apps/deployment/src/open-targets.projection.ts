import { Injectable } from '@nestjs/common';
import type { DeploymentRequested, DeploymentStarted, RollbackRequested, TargetEvent } from '@slipway/deployment';
import type { RecordedEvent } from '@slipway/event-store';
import { causeOf, type Projection } from '@slipway/service-kit';
import type { Database } from 'better-sqlite3';

/** Deployments that have not ended. `changed` is the position at which something happened that may let one start. */
@Injectable()
export class OpenTargetsProjection implements Projection {
  readonly prefixes = ['target-'];

  readonly tables = `
    create table open_deployments (
      target text not null,
      deployment text not null,
      correlation_id text not null,
      on_behalf_of text not null,
      changed text not null,
      lease_until text,
      primary key (target, deployment)
    ) strict
  `;

  readonly on = {
    DeploymentRequested: open,
    RollbackRequested: open,
    RollbackAdmitted: touch,
    HoldLifted: touch,
    DeploymentStarted: (event: RecordedEvent<DeploymentStarted>, db: Database): void => {
      const { target, deployment, leaseUntil } = event.data;
      db.prepare('update open_deployments set changed = ?, lease_until = ? where target = ? and deployment = ?').run(event.position, leaseUntil, target, deployment);
    },
    RollbackDenied: close,
    DeploymentSucceeded: close,
    DeploymentFailed: close,
    DeploymentErrored: close,
    DeploymentCancelled: close,
  };
}

function open(event: RecordedEvent<DeploymentRequested | RollbackRequested>, db: Database): void {
  const { target, deployment } = event.data;
  const { correlationId, onBehalfOf } = causeOf(event);
  db.prepare('insert or replace into open_deployments values (?, ?, ?, ?, ?, null)').run(target, deployment, correlationId, onBehalfOf, event.position);
}

/** One that ends lets the next one of its target start. */
function close(event: RecordedEvent<Extract<TargetEvent, { data: { deployment: string } }>>, db: Database): void {
  db.prepare('delete from open_deployments where target = ? and deployment = ?').run(event.data.target, event.data.deployment);
  touch(event, db);
}

function touch({ position, data: { target } }: RecordedEvent<TargetEvent>, db: Database): void {
  db.prepare('update open_deployments set changed = ? where target = ?').run(position, target);
}

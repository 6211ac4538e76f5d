import { privateValuesOf } from '@slipway/deployment/contract';
import type { DomainEvent } from '@slipway/kernel';
import { isSlipwayEvent } from './describe.js';
import { prepared, type Statements } from './prepared.js';

/** The table in which a projection keeps the values of variables that managed workspaces have marked as private. */
export const PRIVATE_VALUES_TABLE = `
    create table private_values (
      tenant text not null,
      workspace text not null,
      value text not null,
      primary key (tenant, workspace, value)
    ) without rowid;`;

/** A value that a deployment of a tenant's application was given. */
export interface PrivateValue {
  /** The managed workspace, which may see it. */
  readonly workspace: string;
  readonly value: string;
}

/** Keeps the values that a deployment is requested with. They come before whatever a step could say of them. */
export function notePrivateValues(event: DomainEvent, db: Statements): void {
  if (!isSlipwayEvent(event) || (event.type !== 'DeploymentRequested' && event.type !== 'RollbackRequested')) return;
  const [workspace, , tenant] = event.data.target.split('/');
  for (const value of privateValuesOf(event.data)) prepared(db, 'insert or ignore into private_values values (?, ?, ?)').run(tenant, workspace, value);
}

/** All that deployments of a tenant's applications were ever given. */
export const privateValuesIn = (db: Statements, tenant: string): PrivateValue[] =>
  prepared(db, 'select workspace, value from private_values where tenant = ? order by workspace, value').all(tenant) as PrivateValue[];

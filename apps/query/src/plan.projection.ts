import type { ReleasePlanMatched, ReleasePlanUnmatched } from '@slipway/admission/contract';
import type { ReleasePlanEvent } from '@slipway/planning/contract';
import { prepared } from '@slipway/query';
import type { PlanRow } from '@slipway/query/contract';
import type { Projection } from '@slipway/service-kit';
import type { Database } from 'better-sqlite3';
import type { Handlers } from './handlers.js';

/** Release plans, and the admissions that they are matched with. */
export class PlanProjection implements Projection {
  readonly prefixes = [];

  readonly tables = `
    create table plans (
      plan text primary key,
      application text not null,
      target text not null,
      revision integer not null
    ) without rowid;
    create table plan_matches (
      plan text not null,
      admission text not null,
      plan_revision integer not null,
      admission_revision integer not null,
      primary key (plan, admission)
    ) without rowid;`;

  readonly on: Handlers<ReleasePlanEvent | ReleasePlanMatched | ReleasePlanUnmatched> = {
    ReleasePlanWritten: ({ data, revision }, db) => {
      prepared(db, 'insert or replace into plans values (?, ?, ?, ?)').run(data.plan, data.application, data.target, revision);
    },
    ReleasePlanMatched: ({ data }, db) => {
      const { plan, admission, planRevision, admissionRevision } = data;
      prepared(db, 'insert or replace into plan_matches values (?, ?, ?, ?)').run(plan, admission, planRevision, admissionRevision);
    },
    ReleasePlanUnmatched: ({ data }, db) => {
      prepared(db, 'delete from plan_matches where plan = ? and admission = ?').run(data.plan, data.admission);
    },
  };
}

type Match = PlanRow['matches'][number];

export function listPlans(db: Database): PlanRow[] {
  const matches = new Map<string, Match[]>();
  const select = `select plan, admission, plan_revision as planRevision, admission_revision as admissionRevision from plan_matches order by plan, admission`;
  for (const { plan, ...match } of db.prepare<[], Match & { plan: string }>(select).iterate()) {
    matches.set(plan, [...(matches.get(plan) ?? []), match]);
  }
  const plans = db.prepare<[], Omit<PlanRow, 'matches'>>('select plan, application, target, revision from plans order by plan').all();
  return plans.map((row) => ({ ...row, matches: matches.get(row.plan) ?? [] }));
}

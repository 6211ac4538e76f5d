import { Injectable } from '@nestjs/common';
import type { ReleasePlanAdmissionWritten, ReleasePlanMatched, ReleasePlanUnmatched } from '@slipway/admission';
import type { RecordedEvent } from '@slipway/event-store';
import { splitName } from '@slipway/kernel';
import type { ReleasePlanWritten } from '@slipway/planning/contract';
import type { Projection } from '@slipway/service-kit';
import type { Database } from 'better-sqlite3';

/** Which plans and admissions there are, and which were matched. Only names: what they say is read from their streams. */
@Injectable()
export class DirectoryProjection implements Projection {
  readonly prefixes = ['releasePlan-', 'releasePlanAdmission-'];

  readonly tables = `
    create table plans (plan text primary key, target text not null) strict;
    create table admissions (admission text primary key, workspace text not null) strict;
    create table matches (plan text, admission text, primary key (plan, admission)) strict;
  `;

  readonly on = {
    ReleasePlanWritten: ({ data: { plan, target } }: RecordedEvent<ReleasePlanWritten>, db: Database): void => {
      db.prepare('insert or replace into plans values (?, ?)').run(plan, target);
    },
    ReleasePlanAdmissionWritten: ({ data: { admission } }: RecordedEvent<ReleasePlanAdmissionWritten>, db: Database): void => {
      db.prepare('insert or replace into admissions values (?, ?)').run(admission, splitName(admission).workspace);
    },
    ReleasePlanMatched: ({ data: { plan, admission } }: RecordedEvent<ReleasePlanMatched>, db: Database): void => {
      db.prepare('insert or replace into matches values (?, ?)').run(plan, admission);
    },
    ReleasePlanUnmatched: ({ data: { plan, admission } }: RecordedEvent<ReleasePlanUnmatched>, db: Database): void => {
      db.prepare('delete from matches where plan = ? and admission = ?').run(plan, admission);
    },
  };
}

import type { ReleasePlanAdmissionWritten } from '@slipway/admission/contract';
import { prepared } from '@slipway/query';
import type { AdmissionRow } from '@slipway/query/contract';
import type { Projection } from '@slipway/service-kit';
import type { Database } from 'better-sqlite3';
import type { Handlers } from './handlers.js';
import { fromJson } from './json.js';

/** Release plan admissions as they were written last. */
export class AdmissionProjection implements Projection {
  readonly prefixes = [];

  readonly tables = `
    create table admissions (
      admission text primary key,
      origin text not null,
      applications text not null,
      environments text not null,
      revision integer not null
    ) without rowid;`;

  readonly on: Handlers<ReleasePlanAdmissionWritten> = {
    ReleasePlanAdmissionWritten: ({ data, revision }, db) => {
      const { admission, origin, applications, environments } = data;
      const names = environments.map(({ name }) => name);
      prepared(db, 'insert or replace into admissions values (?, ?, ?, ?, ?)').run(admission, origin, JSON.stringify(applications), JSON.stringify(names), revision);
    },
  };
}

interface Row {
  admission: string;
  origin: string;
  applications: string;
  environments: string;
  revision: number;
}

export function listAdmissions(db: Database): AdmissionRow[] {
  const rows = db.prepare<[], Row>('select * from admissions order by admission').all();
  return rows.map((row) => ({ ...row, applications: fromJson(row.applications), environments: fromJson(row.environments) }));
}

import type { RecordedEvent } from '@slipway/event-store';
import type { ApplicationChanged, ApplicationEvent, ApplicationRegistered, CandidateCut } from '@slipway/planning/contract';
import { prepared } from '@slipway/query';
import type { ApplicationRow } from '@slipway/query/contract';
import type { Projection } from '@slipway/service-kit';
import type { Database } from 'better-sqlite3';
import type { Handlers } from './handlers.js';
import { fromJson } from './json.js';

/** Applications as they are now. */
export class ApplicationProjection implements Projection {
  readonly prefixes = [];

  readonly tables = `
    create table applications (
      application text primary key,
      repository text not null,
      mainline text not null,
      components text not null,
      last_candidate text
    ) without rowid;`;

  readonly on: Handlers<ApplicationEvent | CandidateCut> = {
    ApplicationRegistered: write,
    ApplicationChanged: write,
    CandidateCut: ({ data }, db) => {
      prepared(db, 'update applications set last_candidate = ? where application = ?').run(data.candidate, data.application);
    },
  };
}

function write({ data }: RecordedEvent<ApplicationRegistered | ApplicationChanged>, db: Database): void {
  const { application, repository, mainline, components } = data;
  prepared(
    db,
    `insert into applications values (?, ?, ?, ?, null)
     on conflict do update set repository = excluded.repository, mainline = excluded.mainline, components = excluded.components`,
  ).run(application, repository, mainline, JSON.stringify(components.map(({ name }) => name)));
}

interface Row {
  application: string;
  repository: string;
  mainline: string;
  components: string;
  last_candidate: string | null;
}

export function listApplications(db: Database): ApplicationRow[] {
  const rows = db.prepare<[], Row>('select * from applications order by application').all();
  return rows.map(({ components, last_candidate, ...row }) => ({ ...row, components: fromJson(components), lastCandidate: last_candidate }));
}

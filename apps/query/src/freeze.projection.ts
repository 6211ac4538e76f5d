import type { FreezeEvent } from '@slipway/admission/contract';
import { prepared } from '@slipway/query';
import type { FreezeRow } from '@slipway/query/contract';
import type { Projection } from '@slipway/service-kit';
import type { Database } from 'better-sqlite3';
import type { Handlers } from './handlers.js';
import { fromJson } from './json.js';

/** Freezes that were not lifted. One that ended by itself stays until its name is used again: views have no clock. */
export class FreezeProjection implements Projection {
  readonly prefixes = [];

  readonly tables = `
    create table freezes (
      freeze text primary key,
      environments text not null,
      starts text not null,
      ends text,
      reason text not null,
      declared_by text not null,
      holds_rollbacks integer not null
    ) without rowid;`;

  readonly on: Handlers<FreezeEvent> = {
    FreezeDeclared: ({ data }, db) => {
      const { freeze, environments, from, until, reason, by, holdsRollbacks } = data;
      prepared(db, 'insert or replace into freezes values (?, ?, ?, ?, ?, ?, ?)').run(freeze, JSON.stringify(environments), from, until, reason, by, Number(holdsRollbacks));
    },
    FreezeLifted: ({ data }, db) => {
      prepared(db, 'delete from freezes where freeze = ?').run(data.freeze);
    },
  };
}

interface Row {
  freeze: string;
  environments: string;
  starts: string;
  ends: string | null;
  reason: string;
  declared_by: string;
  holds_rollbacks: number;
}

export function listFreezes(db: Database): FreezeRow[] {
  const rows = db.prepare<[], Row>('select * from freezes order by freeze').all();
  return rows.map(({ freeze, environments, starts, ends, reason, declared_by, holds_rollbacks }) => ({
    freeze,
    environments: fromJson(environments),
    from: starts,
    until: ends,
    reason,
    by: declared_by,
    holdsRollbacks: holds_rollbacks === 1,
  }));
}

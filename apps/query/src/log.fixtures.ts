import { positionOf, type RecordedEvent } from '@slipway/event-store';
import type { SlipwayEvent } from '@slipway/query';
import type { Projection } from '@slipway/service-kit';
import Sqlite, { type Database } from 'better-sqlite3';
import { PROJECTIONS } from './projections.js';

/** When the nth event of a log (from 0) is recorded: one each minute. */
export const minute = (n: number): string => new Date(Date.UTC(2026, 2, 1, 10, n)).toISOString();

/** A fact, and what the log says about it where that matters. */
export type Given = SlipwayEvent & { readonly revision?: number; readonly actor?: string };

/** These facts as a log would hold them. */
export function recorded(events: readonly Given[]): RecordedEvent[] {
  return events.map(({ type, data, revision = 0, actor = 'person:dora' }, index) => ({
    id: `00000000-0000-5000-8000-${String(index).padStart(12, '0')}`,
    stream: 'given',
    revision,
    position: positionOf(BigInt(index + 1), BigInt(index + 1)),
    recordedAt: minute(index),
    type,
    data,
    metadata: { $correlationId: 'c', $causationId: 'd', actor, commandDigest: 'sha256:00', schema: 1 },
  }));
}

/** The views that follow from these facts. */
export function viewsOf(...events: Given[]): Database {
  const db = new Sqlite(':memory:');
  const projections: Projection[] = PROJECTIONS.map((Type) => new Type());
  for (const { tables } of projections) db.exec(tables);
  for (const event of recorded(events)) {
    for (const { on } of projections) {
      on[event.type]?.(event, db);
      on['*']?.(event, db);
    }
  }
  return db;
}

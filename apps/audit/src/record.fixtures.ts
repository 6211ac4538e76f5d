import { positionOf, type RecordedEvent } from '@slipway/event-store';
import type { DomainEvent } from '@slipway/kernel';
import type { Logger, Projection } from '@slipway/service-kit';
import Sqlite, { type Database } from 'better-sqlite3';
import { RecordProjection } from './record.projection.js';
import { TrailProjection } from './trail.projection.js';

/** An event and where it stands; what is left out does not matter to the spec. */
export interface Given extends DomainEvent {
  readonly stream: string;
  readonly revision: number;
  readonly metadata?: Partial<RecordedEvent['metadata']>;
}

export const positionAt = (index: number): string => positionOf(BigInt(index + 1), BigInt(index + 1));

/** The record of these events, and what was logged as an error meanwhile. */
export function recordOf(...events: Given[]): { db: Database; errors: unknown[] } {
  const errors: unknown[] = [];
  const logger = { error: (told: unknown) => errors.push(told) } as unknown as Logger;
  const projections: Projection[] = [new RecordProjection(logger), new TrailProjection()];
  const db = new Sqlite(':memory:');
  for (const { tables } of projections) db.exec(tables);
  for (const [index, event] of events.entries()) {
    const recorded = { id: `id-${index}`, position: positionAt(index), recordedAt: '2026-03-01T10:00:00.000Z', ...event };
    for (const { on } of projections) on['*']?.(recorded as RecordedEvent, db);
  }
  return { db, errors };
}

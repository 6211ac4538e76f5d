import type { RecordedEvent } from '@slipway/event-store';
import type { DomainEvent } from '@slipway/kernel';
import type { Database } from 'better-sqlite3';

/** What a projection does with each of these events; the compiler refuses one that was forgotten. */
export type Handlers<E extends DomainEvent> = {
  readonly [T in E['type']]: (event: RecordedEvent<Extract<E, { type: T }>>, db: Database) => void;
};

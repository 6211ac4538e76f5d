import type { RecordedEvent } from '@slipway/event-store';
import type { Database } from 'better-sqlite3';

/** How facts become rows. Same facts, same rows: no clock, no random, nothing from outside. */
export interface Projection {
  /** `create table …` statements. Every table has a primary key. */
  readonly tables: string;
  /** Streams that it listens to, such as `release-`. None: all of them. */
  readonly prefixes: readonly string[];
  /** Event type → what it changes. `*` sees every event. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- handlers narrow the event to their own type
  readonly on: Readonly<Record<string, (event: RecordedEvent<any>, db: Database) => void>>;
}

import { Inject, Injectable } from '@nestjs/common';
import type { RecordedEvent } from '@slipway/event-store';
import { describe, prepared } from '@slipway/query';
import { LOGGER, type Projection } from '@slipway/service-kit';
import type { Logger } from '@slipway/service-kit';
import type { Database } from 'better-sqlite3';

/** In the place of what another program, which does not write Slipway's metadata, left out. */
const UNKNOWN = 'unknown';

/**
 * The whole log as an audit reads it: who did what, when and why. It counts on the way whether any stream misses a
 * revision: an event that was never written twice and never taken away has the number after the one before it.
 */
@Injectable()
export class RecordProjection implements Projection {
  readonly prefixes = [];

  readonly tables = `
    create table record (
      position text primary key,
      recorded_at text not null,
      stream text not null,
      revision integer not null,
      event_id text not null,
      type text not null,
      actor text not null,
      on_behalf_of text,
      command_id text not null,
      correlation_id text not null,
      text text not null
    ) without rowid;
    create index record_of_stream on record (stream, revision);
    create table streams (
      stream text primary key,
      revision integer not null
    ) without rowid;
    create table totals (
      id integer primary key check (id = 1),
      events integer not null,
      streams integer not null,
      gaps integer not null,
      first text not null,
      last text not null
    );`;

  readonly on = {
    '*': (event: RecordedEvent, db: Database): void => {
      write(event, db);
      const previous = prepared(db, 'select revision from streams where stream = ?').get(event.stream) as { revision: number } | undefined;
      const missing = this.missing(event, previous?.revision ?? -1);
      prepared(db, 'insert or replace into streams values (?, ?)').run(event.stream, event.revision);
      prepared(
        db,
        `insert into totals values (1, 1, 1, ?, ?, ?)
         on conflict do update set events = events + 1, streams = streams + ?, gaps = gaps + excluded.gaps, last = excluded.last`,
      ).run(missing, event.position, event.position, previous === undefined ? 1 : 0);
    },
  };

  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  /** How many revisions are missing before this event; a revision that came before counts as one. */
  private missing({ stream, revision, position }: RecordedEvent, previous: number): number {
    if (revision === previous + 1) return 0;
    this.logger.error({ stream, revision, expected: previous + 1, position }, 'the log has a gap: a revision is not the one after the last');
    return Math.max(1, revision - previous - 1);
  }
}

function write(event: RecordedEvent, db: Database): void {
  const { position, recordedAt, stream, revision, id, type } = event;
  const { actor = UNKNOWN, onBehalfOf, $causationId = UNKNOWN, $correlationId = UNKNOWN }: Partial<RecordedEvent['metadata']> = { ...event.metadata };
  prepared(db, 'insert into record values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(position, recordedAt, stream, revision, id, type, actor, onBehalfOf ?? null, $causationId, $correlationId, describe(event));
}

import { Injectable } from '@nestjs/common';
import type { BuildEvent, BuildRequested } from '@slipway/build';
import type { RecordedEvent } from '@slipway/event-store';
import { causeOf, type Projection } from '@slipway/service-kit';
import type { Database } from 'better-sqlite3';

/** Builds without an outcome, with what a worker needs to take one up. */
@Injectable()
export class OpenBuildsProjection implements Projection {
  readonly prefixes = ['build-'];

  readonly tables = `
    create table open_builds (
      stream text primary key,
      subject text not null,
      correlation_id text not null,
      on_behalf_of text not null,
      requested_at text not null
    ) strict
  `;

  readonly on = {
    BuildRequested: (event: RecordedEvent<BuildRequested>, db: Database): void => {
      const { requestedBy: _, ...subject } = event.data;
      const { correlationId, onBehalfOf } = causeOf(event);
      db.prepare('insert or replace into open_builds values (?, ?, ?, ?, ?)').run(event.stream, JSON.stringify(subject), correlationId, onBehalfOf, event.position);
    },
    BuildSucceeded: close,
    BuildFailed: close,
    BuildErrored: close,
  };
}

function close(event: RecordedEvent<BuildEvent>, db: Database): void {
  db.prepare('delete from open_builds where stream = ?').run(event.stream);
}

import type { RecordedEvent } from '@slipway/event-store';
import { belongingOf, describe, environmentOf, prepared, RELEASE_LINKS_TABLE, releaseLinksIn } from '@slipway/query';
import type { ReleaseTimeline, TimelineEntry } from '@slipway/query/contract';
import type { Projection } from '@slipway/service-kit';
import type { Database } from 'better-sqlite3';

/**
 * All that happened to each release: its own stream, its reviews, its deployments with their steps, its exceptions.
 * A rollback is told in the timeline of the release that it undoes (libs/query/src/release-links.ts).
 */
export class TimelineProjection implements Projection {
  readonly prefixes = [];

  readonly tables = `
    create table timeline (
      release text not null,
      position text not null,
      recorded_at text not null,
      stream text not null,
      revision integer not null,
      type text not null,
      actor text not null,
      environment text,
      text text not null,
      primary key (release, position)
    ) without rowid;
    ${RELEASE_LINKS_TABLE}`;

  readonly on = {
    '*': (event: RecordedEvent, db: Database): void => {
      const { release } = belongingOf(event, releaseLinksIn(db));
      if (release === null) return;
      const { position, recordedAt, stream, revision, type, metadata } = event;
      prepared(db, 'insert into timeline values (?, ?, ?, ?, ?, ?, ?, ?, ?)').run(release, position, recordedAt, stream, revision, type, metadata.actor, environmentOf(event), describe(event));
    },
  };
}

/** In the order of the log. */
export function releaseTimeline(db: Database, { release }: Pick<ReleaseTimeline, 'release'>): TimelineEntry[] {
  const select = 'select position, recorded_at as at, stream, revision, type, actor, environment, text from timeline where release = ? order by position';
  return db.prepare<[string], TimelineEntry>(select).all(release);
}

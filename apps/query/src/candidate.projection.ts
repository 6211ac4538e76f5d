import type { BuildErrored, BuildEvent, BuildFailed } from '@slipway/build/contract';
import type { RecordedEvent } from '@slipway/event-store';
import type { CandidateEvent } from '@slipway/planning/contract';
import { prepared } from '@slipway/query';
import type { BuildStatus, CandidateContents } from '@slipway/query/contract';
import type { Projection } from '@slipway/service-kit';
import type { Database } from 'better-sqlite3';
import type { Handlers } from './handlers.js';

/** Candidates: what is in them, and what became of their builds. */
export class CandidateProjection implements Projection {
  readonly prefixes = [];

  // The long columns come last, so that a list does not read them.
  readonly tables = `
    create table candidates (
      application text not null,
      candidate text not null,
      position text not null,
      commit_sha text not null,
      subject text not null,
      author text not null,
      cut_at text not null,
      change_count integer not null,
      build text not null,
      build_since text not null,
      worker text,
      snapshot text,
      reason text,
      build_log text,
      origin text not null,
      previous text not null,
      artifacts text not null,
      changes text not null,
      primary key (application, candidate)
    );
    create index candidates_newest on candidates (position);
    create index candidates_of_application on candidates (application, position);
    create index candidates_building on candidates (build_since) where build in ('requested', 'running');`;

  readonly on: Handlers<CandidateEvent | BuildEvent> = {
    CandidateCut: ({ data, position, recordedAt }, db) => {
      const { application, candidate, commit, author, changeCount, origin, previous, changes } = data;
      prepared(
        db,
        `insert into candidates (application, candidate, position, commit_sha, subject, author, cut_at, change_count, build, build_since, origin, previous, artifacts, changes)
         values (?, ?, ?, ?, ?, ?, ?, ?, 'none', ?, ?, ?, '[]', ?)`,
      ).run(application, candidate, position, commit.sha, commit.subject, author, recordedAt, changeCount, recordedAt, JSON.stringify(origin), JSON.stringify(previous), JSON.stringify(changes));
    },
    BuildRequested: (event, db) => build(event, 'requested', db),
    BuildStarted: (event, db) => build(event, 'running', db, { worker: event.data.worker }),
    BuildSucceeded: (event, db) => {
      const { snapshot, log, application, candidate } = event.data;
      build(event, 'succeeded', db, { snapshot: snapshot.digest, log });
      const artifacts: CandidateContents['artifacts'] = snapshot.components.flatMap((component) =>
        component.artifacts.map(({ path, digest, size, mediaType }) => ({ component: component.name, path, digest, size, mediaType })),
      );
      prepared(db, 'update candidates set artifacts = ? where application = ? and candidate = ?').run(JSON.stringify(artifacts), application, candidate);
    },
    BuildFailed: (event, db) => build(event, 'failed', db, ended(event)),
    BuildErrored: (event, db) => build(event, 'errored', db, ended(event)),
  };
}

interface BuildOutcome {
  readonly worker?: string;
  readonly snapshot?: string;
  readonly reason?: string;
  readonly log?: string;
}

/** Each change of a build replaces all that was said about it before. */
function build({ data, recordedAt }: RecordedEvent<BuildEvent>, status: BuildStatus, db: Database, outcome: BuildOutcome = {}): void {
  const { worker = null, snapshot = null, reason = null, log = null } = outcome;
  prepared(
    db,
    'update candidates set build = ?, build_since = ?, worker = ?, snapshot = ?, reason = ?, build_log = ? where application = ? and candidate = ?',
  ).run(status, recordedAt, worker, snapshot, reason, log, data.application, data.candidate);
}

function ended({ data }: RecordedEvent<BuildFailed | BuildErrored>): BuildOutcome {
  const { code, message, log } = data;
  const at = 'component' in data ? { at: data.component } : {};
  return { reason: JSON.stringify({ code, message, ...at }), log };
}

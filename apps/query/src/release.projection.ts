import type { EnvironmentEntered, MatchAwaited, ReleaseMatched, ReviewAdmitted, ReviewHeld, ReviewSubject } from '@slipway/admission/contract';
import type { RecordedEvent } from '@slipway/event-store';
import type { Reason } from '@slipway/kernel';
import type {
  ReleaseCancelled,
  ReleaseCompleted,
  ReleaseDenied,
  ReleaseErrored,
  ReleaseFailed,
  ReleaseRequested,
} from '@slipway/planning/contract';
import { prepared } from '@slipway/query';
import type { ReleaseStatus } from '@slipway/query/contract';
import type { Projection } from '@slipway/service-kit';
import type { Database } from 'better-sqlite3';
import type { Handlers } from './handlers.js';
import { REVIEW_PENDING } from './review-pending.js';

type Reviewed = MatchAwaited | ReleaseMatched | EnvironmentEntered | ReviewHeld | ReviewAdmitted;
type Ended = ReleaseCompleted | ReleaseDenied | ReleaseFailed | ReleaseErrored | ReleaseCancelled;

/**
 * Releases: where each one is, and why it is not further. Its review moves it while it is open; only its own stream ends
 * it, and what a review says later (a release may be cancelled while it is reviewed) changes nothing more.
 */
export class ReleaseProjection implements Projection {
  readonly prefixes = [];

  readonly tables = `
    create table releases (
      release text primary key,
      position text not null,
      application text not null,
      candidate text not null,
      plan text not null,
      snapshot text not null,
      status text not null,
      since text not null,
      environment text,
      reasons text not null,
      author text not null,
      requested_at text not null
    ) without rowid;
    create index releases_newest on releases (position);
    create index releases_of_application on releases (application, position);
    create index releases_waiting on releases (since) where status in ('requested', 'waiting');`;

  readonly on: Handlers<ReleaseRequested | Reviewed | Ended> = {
    ReleaseRequested: ({ data, position, recordedAt }, db) => {
      const { release, application, candidate, plan, snapshot, author } = data;
      prepared(db, `insert into releases values (?, ?, ?, ?, ?, ?, 'requested', ?, null, '[]', ?, ?)`).run(
        release,
        position,
        application,
        candidate,
        plan,
        snapshot.digest,
        recordedAt,
        author,
        recordedAt,
      );
    },

    MatchAwaited: (event, db) => move(event, db, { status: 'waiting', reasons: event.data.reasons }),
    ReleaseMatched: (event, db) => move(event, db, { status: 'requested' }),
    EnvironmentEntered: (event, db) => move(event, db, { status: 'waiting', environment: event.data.environment, reasons: [REVIEW_PENDING] }),
    ReviewHeld: (event, db) => move(event, db, { status: 'waiting', environment: event.data.environment, reasons: event.data.reasons }),
    ReviewAdmitted: (event, db) => move(event, db, { status: 'deploying', environment: event.data.environment }),

    ReleaseCompleted: (event, db) => end(event, db, 'completed', { environment: event.data.environments.at(-1) }),
    ReleaseDenied: (event, db) => end(event, db, 'denied', event.data),
    ReleaseFailed: (event, db) => end(event, db, 'failed', outcome(event.data)),
    ReleaseErrored: (event, db) => end(event, db, 'errored', outcome(event.data)),
    ReleaseCancelled: (event, db) =>
      end(event, db, 'cancelled', { reasons: [{ code: 'RELEASE_CANCELLED', message: `cancelled by ${event.data.by}: ${event.data.reason}` }] }),
  };
}

/** What changes. Left out: the status and the environment stay; the reasons go. */
interface Change {
  readonly status?: ReleaseStatus;
  readonly environment?: string;
  readonly reasons?: readonly Reason[];
}

function move({ data, recordedAt }: RecordedEvent<Reviewed>, db: Database, change: Change): void {
  const subject: ReviewSubject = data.subject;
  // The rollback of a deployment is no step of the release that comes back with it.
  if (subject.kind === 'release') update(db, subject.release, recordedAt, change);
}

function end({ data, recordedAt }: RecordedEvent<Ended>, db: Database, status: ReleaseStatus, change: Change): void {
  update(db, data.release, recordedAt, { ...change, status });
}

function update(db: Database, release: string, at: string, { status, environment, reasons = [] }: Change): void {
  prepared(
    db,
    `update releases set status = coalesce(?, status), environment = coalesce(?, environment), reasons = ?, since = ?
     where release = ? and status in ('requested', 'waiting', 'deploying')`,
  ).run(status ?? null, environment ?? null, JSON.stringify(reasons), at, release);
}

const outcome = ({ environment, deployment, code, message }: ReleaseFailed['data']): Change => ({ environment, reasons: [{ code, message, at: deployment }] });

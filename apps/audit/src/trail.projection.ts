import { Injectable } from '@nestjs/common';
import { releasePlanAdmissionStream } from '@slipway/admission/contract';
import { buildStream } from '@slipway/build/contract';
import type { RecordedEvent } from '@slipway/event-store';
import { releasePlanStream } from '@slipway/planning/contract';
import { belongingOf, isSlipwayEvent, notePrivateValues, prepared, PRIVATE_VALUES_TABLE, RELEASE_LINKS_TABLE, releaseLinksIn, type SlipwayEvent } from '@slipway/query';
import type { Projection } from '@slipway/service-kit';
import type { Database } from 'better-sqlite3';

/**
 * Which events of the record an audit of a release has to see: all that belong to it, the rollbacks that undid it or
 * brought it back, and, at the very revisions that were pinned, the plan, the admission, the candidate and the build that
 * it rests on. Those were recorded before the event that pins them, so they are found when that event comes. And which
 * values of variables are private to the managed workspaces.
 */
@Injectable()
export class TrailProjection implements Projection {
  readonly prefixes = [];

  readonly tables = `
    create table trails (
      release text not null,
      position text not null,
      primary key (release, position)
    ) without rowid;
    create table candidate_positions (
      application text not null,
      candidate text not null,
      position text not null,
      primary key (application, candidate)
    ) without rowid;
    ${RELEASE_LINKS_TABLE}
    ${PRIVATE_VALUES_TABLE}`;

  readonly on = {
    '*': (event: RecordedEvent, db: Database): void => {
      if (!isSlipwayEvent(event)) return;
      if (event.type === 'CandidateCut') {
        const { application, candidate } = event.data;
        prepared(db, 'insert or ignore into candidate_positions values (?, ?, ?)').run(application, candidate, event.position);
      }
      notePrivateValues(event, db);
      const { release, restored } = belongingOf(event, releaseLinksIn(db));
      for (const each of [release, restored]) {
        if (each === null) continue;
        prepared(db, 'insert or ignore into trails values (?, ?)').run(each, event.position);
        addFoundations(each, event, db);
      }
    },
  };
}

/** What the event pins or cites. */
function addFoundations(release: string, event: SlipwayEvent, db: Database): void {
  switch (event.type) {
    case 'ReleaseRequested': {
      const { application, candidate, plan, planRevision } = event.data;
      addRevision(release, releasePlanStream(plan), planRevision, db);
      prepared(db, 'insert or ignore into trails select ?, position from candidate_positions where application = ? and candidate = ?').run(release, application, candidate);
      prepared(db, 'insert or ignore into trails select ?, position from record where stream = ?').run(release, buildStream(application, candidate));
      return;
    }
    case 'ReleaseMatched':
      return addMatch(release, event.data, db);
    case 'ReviewAdmitted':
    case 'ReviewDenied':
      return addMatch(release, event.data.pins, db);
    case 'RollbackRequested':
      return addRevision(release, event.data.cites.stream, event.data.cites.revision, db);
    default:
      return;
  }
}

interface Match {
  readonly plan: string;
  readonly planRevision: number;
  readonly admission: string;
  readonly admissionRevision: number;
}

function addMatch(release: string, { plan, planRevision, admission, admissionRevision }: Match, db: Database): void {
  addRevision(release, releasePlanStream(plan), planRevision, db);
  addRevision(release, releasePlanAdmissionStream(admission), admissionRevision, db);
}

function addRevision(release: string, stream: string, revision: number, db: Database): void {
  prepared(db, 'insert or ignore into trails select ?, position from record where stream = ? and revision = ?').run(release, stream, revision);
}

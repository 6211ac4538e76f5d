import type { Projection } from '@slipway/service-kit';
import type { Database } from 'better-sqlite3';
import { listCandidates, showCandidate } from './candidate.reader.js';
import * as facts from './facts.fixtures.js';
import { recorded, viewsOf } from './log.fixtures.js';
import { PROJECTIONS } from './projections.js';
import { listReleases } from './release.reader.js';
import { environmentMatrix, targetHistory } from './target.reader.js';
import { releaseTimeline } from './timeline.projection.js';
import { waitingList } from './waiting.reader.js';

const { APPLICATION, PROD, RELEASE } = facts;

/** The steps in which SQLite answers all statements that are prepared meanwhile. */
function plansOf(db: Database, work: () => void): string[] {
  const prepared = jest.spyOn(db, 'prepare');
  work();
  const statements = prepared.mock.calls.map(([sql]) => sql);
  prepared.mockRestore();
  return statements.flatMap((sql) => {
    const nothing = Array.from(sql.matchAll(/\?/g), () => null);
    return db.prepare<null[], { detail: string }>(`explain query plan ${sql}`).all(...nothing).map(({ detail }) => `${detail} <- ${sql}`);
  });
}

const tableScans = (plans: readonly string[]): string[] => plans.filter((plan) => /^SCAN \w+ <-/.test(plan));

describe('no table is read in full', () => {
  it.each<[string, (db: Database) => void]>([
    ['the candidates of an application', (db) => listCandidates(db, { application: APPLICATION })],
    ['a candidate', (db) => showCandidate(db, { application: APPLICATION, candidate: '1.0.0-rc1' })],
    ['the newest releases', (db) => listReleases(db, {})],
    ['the releases of an application', (db) => listReleases(db, { application: APPLICATION })],
    ['a release', (db) => listReleases(db, { release: RELEASE })],
    ['a timeline', (db) => releaseTimeline(db, { release: RELEASE })],
    ['the matrix of an application', (db) => environmentMatrix(db, { application: APPLICATION })],
    ['a history', (db) => targetHistory(db, { target: PROD })],
    ['the waiting list', (db) => waitingList(db)],
  ])('for %s', (_name, read) => {
    const db = viewsOf(facts.deploymentRequested(PROD, 'prod-1'));
    const steps = plansOf(db, () => read(db));
    expect(steps).not.toEqual([]);
    expect(tableScans(steps)).toEqual([]);
  });

  it('to apply an event', () => {
    const db = viewsOf();
    const deployment = [facts.deploymentRequested(PROD, 'prod-1'), facts.deploymentStarted(PROD, 'prod-1'), facts.deploymentSucceeded(PROD, 'prod-1')];
    const events = recorded([facts.cut(), facts.buildStarted(), facts.buildSucceeded(), facts.requested(), facts.admitted('prod'), ...deployment, facts.holdPlaced(PROD)]);
    const steps = plansOf(db, () => {
      for (const Type of PROJECTIONS) {
        const { on }: Projection = new Type();
        for (const event of events) (on[event.type] ?? on['*'])?.(event, db);
      }
    });
    expect(tableScans(steps)).toEqual([]);
  });
});

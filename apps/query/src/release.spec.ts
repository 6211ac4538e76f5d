import type { ReleaseRow } from '@slipway/query/contract';
import { admitted, APPLICATION, completed, entered, failed, held, matchAwaited, matched, OTHER, reasons, RELEASE, requested, rollbackHeld } from './facts.fixtures.js';
import { type Given, minute, viewsOf } from './log.fixtures.js';
import { listReleases } from './release.reader.js';

const release = (...events: Given[]): ReleaseRow | undefined => listReleases(viewsOf(requested(), ...events), { release: RELEASE })[0];

describe('a release', () => {
  it('is requested at first', () => {
    expect(release()).toEqual({
      release: RELEASE,
      application: APPLICATION,
      candidate: '1.0.0-rc1',
      plan: 'shop/to-prod',
      snapshot: 'sha256:1.0.0-rc1',
      status: 'requested',
      environment: null,
      reasons: [],
      author: 'person:dora',
      requestedAt: minute(0),
    });
  });

  it('waits for its match, and says why', () => {
    expect(release(matchAwaited())).toMatchObject({ status: 'waiting', environment: null, reasons: reasons('NO_ADMISSION') });
    expect(release(matchAwaited(), matched())).toMatchObject({ status: 'requested', reasons: [] });
  });

  it('waits before an environment, and says why', () => {
    expect(release(matched(), entered('staging'), held('staging', ['FROZEN', 'APPROVAL_MISSING']))).toMatchObject({
      status: 'waiting',
      environment: 'staging',
      reasons: reasons('FROZEN', 'APPROVAL_MISSING'),
    });
  });

  it('is deployed once it was admitted, and then waits before the next environment', () => {
    const inStaging = [matched(), entered('staging'), admitted('staging')];
    expect(release(...inStaging)).toMatchObject({ status: 'deploying', environment: 'staging', reasons: [] });
    expect(release(...inStaging, entered('prod'))).toMatchObject({ status: 'waiting', environment: 'prod', reasons: [{ code: 'REVIEW_PENDING' }] });
    expect(release(...inStaging, entered('prod'), held('prod', ['APPROVAL_MISSING']))).toMatchObject({ status: 'waiting', environment: 'prod' });
  });

  it('has ends, each of another kind', () => {
    const open = [matched(), entered('prod'), admitted('prod')];
    expect(release(...open, completed())).toMatchObject({ status: 'completed', environment: 'prod', reasons: [] });
    expect(release(...open, failed('prod', 'prod-1'))).toMatchObject({
      status: 'failed',
      environment: 'prod',
      reasons: [{ code: 'VERIFICATION_FAILED', message: 'status 500', at: 'prod-1' }],
    });
    expect(release(...open, { ...failed('prod', 'prod-1'), type: 'ReleaseErrored' })).toMatchObject({ status: 'errored' });
    expect(release(...open, { type: 'ReleaseDenied', data: { release: RELEASE, environment: 'prod', reasons: reasons('REJECTED') } })).toMatchObject({
      status: 'denied',
      reasons: reasons('REJECTED'),
    });
    expect(release(...open, { type: 'ReleaseCancelled', data: { release: RELEASE, reason: 'wrong one', by: 'person:dora' } })).toMatchObject({
      status: 'cancelled',
      environment: 'prod',
      reasons: [{ code: 'RELEASE_CANCELLED', message: 'cancelled by person:dora: wrong one' }],
    });
  });

  it('that ended is not moved by a late word of its review', () => {
    expect(release(matched(), failed('staging', 'staging-1'), held('prod', ['APPROVAL_MISSING']), admitted('prod'))).toMatchObject({ status: 'failed', environment: 'staging' });
  });

  it('is not moved by the review of a rollback to it', () => {
    expect(release(completed(), rollbackHeld('sre/prod/shop/web', 'prod-2'))?.status).toBe('completed');
    expect(release(matched(), rollbackHeld('sre/prod/shop/web', 'prod-2'))?.status).toBe('requested');
  });
});

describe('releases', () => {
  it('are listed newest first, at most as many as asked, of one application', () => {
    const db = viewsOf(requested(RELEASE), requested(OTHER));
    expect(listReleases(db, {}).map((row) => row.release)).toEqual([OTHER, RELEASE]);
    expect(listReleases(db, { limit: 1 }).map((row) => row.release)).toEqual([OTHER]);
    expect(listReleases(db, { application: APPLICATION })).toHaveLength(2);
    expect(listReleases(db, { application: 'shop/other' })).toEqual([]);
    expect(listReleases(db, { application: 'shop/other', release: RELEASE })).toEqual([]);
  });
});

import {
  APPLICATION,
  deploymentFailed,
  deploymentRequested,
  deploymentStarted,
  deploymentSucceeded,
  holdLifted,
  holdPlaced,
  OTHER,
  PROD,
  reasons,
  RELEASE,
  rollbackAdmitted,
  rollbackRequested,
  STAGING,
} from './facts.fixtures.js';
import { minute, viewsOf } from './log.fixtures.js';
import { environmentMatrix, targetHistory } from './target.reader.js';

const good = [deploymentRequested(PROD, 'prod-1'), deploymentStarted(PROD, 'prod-1'), deploymentSucceeded(PROD, 'prod-1')];
const bad = [deploymentRequested(PROD, 'prod-2', OTHER), deploymentStarted(PROD, 'prod-2'), deploymentFailed(PROD, 'prod-2', OTHER)];
const back = [rollbackRequested(PROD, 'prod-3', 'prod-1'), rollbackAdmitted(PROD, 'prod-3'), deploymentStarted(PROD, 'prod-3'), deploymentSucceeded(PROD, 'prod-3', RELEASE, 'rollback')];

describe('the matrix', () => {
  it('shows what runs, what was deployed last, and what holds it', () => {
    const [row] = environmentMatrix(viewsOf(...good, ...bad, holdPlaced(PROD)), {});
    expect(row).toEqual({
      target: PROD,
      workspace: 'sre',
      environment: 'prod',
      application: APPLICATION,
      current: { deployment: 'prod-1', candidate: '1.0.0-rc1', snapshot: 'sha256:1.0.0-rc1', since: minute(2) },
      last: { deployment: 'prod-2', status: 'failed', candidate: '1.0.0-rc2' },
      hold: { reason: 'bad', by: 'person:sam', since: minute(6) },
    });
  });

  it('has nothing where nothing succeeded yet, and no hold after it was lifted', () => {
    expect(environmentMatrix(viewsOf(...bad, holdPlaced(PROD), holdLifted(PROD)), {})).toEqual([expect.objectContaining({ current: null, hold: null })]);
  });

  it('shows all targets, or those of an application', () => {
    const db = viewsOf(...good, deploymentRequested(STAGING, 'staging-1'));
    expect(environmentMatrix(db, {}).map(({ target }) => target)).toEqual([PROD, STAGING]);
    expect(environmentMatrix(db, { application: APPLICATION })).toHaveLength(2);
    expect(environmentMatrix(db, { application: 'shop/other' })).toEqual([]);
  });

  it('shows what was where at a time', () => {
    const db = viewsOf(...good, ...bad, ...back);
    const at = (time: string) => environmentMatrix(db, { at: time }).map(({ current, last, hold }) => [current?.deployment, last, hold]);
    expect(at('2026-03-01T09:59:59Z')).toEqual([]);
    expect(at(minute(1))).toEqual([[undefined, null, null]]);
    expect(at(minute(2))).toEqual([['prod-1', null, null]]);
    expect(at(minute(8))).toEqual([['prod-1', null, null]]);
    expect(at(minute(9))).toEqual([['prod-3', null, null]]);
    expect(at('2026-03-01T12:09:00+02:00')).toEqual([['prod-3', null, null]]);
  });

  it('refuses a time that is none', () => {
    expect(() => environmentMatrix(viewsOf(), { at: '2026-W10' })).toThrow('at must be a date and time such as 2026-03-01T10:00:00Z, not 2026-W10');
  });
});

describe('the history of a target', () => {
  const rows = targetHistory(viewsOf(...good, ...bad, ...back), { target: PROD });

  it('has all deployments, newest first', () => {
    expect(rows.map(({ deployment, kind, status }) => [deployment, kind, status])).toEqual([
      ['prod-3', 'rollback', 'succeeded'],
      ['prod-2', 'release', 'failed'],
      ['prod-1', 'release', 'succeeded'],
    ]);
  });

  it('says what a rollback cites, with its digests', () => {
    expect(rows[0]).toEqual({
      target: PROD,
      deployment: 'prod-3',
      kind: 'rollback',
      release: RELEASE,
      candidate: '1.0.0-rc1',
      snapshot: 'sha256:1.0.0-rc1',
      digests: { api: 'sha256:api-1.0.0-rc1' },
      status: 'succeeded',
      requestedAt: minute(6),
      endedAt: minute(9),
      cites: { stream: `target-${PROD}`, revision: 2, deployment: 'prod-1' },
      reason: null,
    });
  });

  it('says why one failed, was denied or was cancelled', () => {
    expect(rows[1]).toMatchObject({ reason: { code: 'VERIFICATION_FAILED', message: 'status 500', at: 'verify' }, endedAt: minute(5), cites: null });
    const review = { stream: 'review-x', revision: 1 };
    const db = viewsOf(
      rollbackRequested(PROD, 'prod-1', 'prod-0'),
      { type: 'RollbackDenied', data: { target: PROD, deployment: 'prod-1', reasons: reasons('A', 'B'), review } },
      deploymentRequested(PROD, 'prod-2'),
      { type: 'DeploymentCancelled', data: { target: PROD, deployment: 'prod-2', release: RELEASE, reason: 'wrong one' } },
    );
    expect(targetHistory(db, { target: PROD })).toMatchObject([
      { status: 'cancelled', reason: { code: 'RELEASE_CANCELLED', message: 'wrong one' } },
      { status: 'denied', reason: { code: 'A', message: 'because of A; because of B' } },
    ]);
  });

  it('is empty for a target that nobody knows', () => expect(targetHistory(viewsOf(), { target: PROD })).toEqual([]));
});

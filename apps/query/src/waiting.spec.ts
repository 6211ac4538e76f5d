import type { WaitingRow } from '@slipway/query/contract';
import {
  admitted,
  APPLICATION,
  buildRequested,
  buildStarted,
  buildSucceeded,
  cut,
  deploymentRequested,
  deploymentStarted,
  entered,
  held,
  holdPlaced,
  matchAwaited,
  OTHER,
  PROD,
  reasons,
  RELEASE,
  requested,
  rollbackAdmitted,
  rollbackHeld,
  rollbackRequested,
} from './facts.fixtures.js';
import { type Given, minute, viewsOf } from './log.fixtures.js';
import { waitingList } from './waiting.reader.js';

const waiting = (...events: Given[]): WaitingRow[] => waitingList(viewsOf(...events));
const codes = (...events: Given[]): [string, string[]][] => waiting(...events).map(({ id, reasons: why }) => [id, why.map(({ code }) => code)]);

describe('what waits', () => {
  it('is a build that nobody took yet, or that runs', () => {
    expect(waiting(cut(), buildRequested())).toEqual([
      { kind: 'build', id: 'shop/web/1.0.0-rc1', application: APPLICATION, environment: null, reasons: [{ code: 'BUILD_QUEUED', message: 'waits for a build worker' }], since: minute(1) },
    ]);
    expect(waiting(cut(), buildRequested(), buildStarted())).toMatchObject([{ reasons: [{ code: 'BUILD_RUNNING', message: 'build-1 builds it' }], since: minute(2) }]);
    expect(waiting(cut(), buildRequested(), buildStarted(), buildSucceeded())).toEqual([]);
  });

  it('is a release that was not reviewed, is not matched, or is held', () => {
    expect(codes(requested())).toEqual([[RELEASE, ['REVIEW_PENDING']]]);
    expect(codes(requested(), matchAwaited())).toEqual([[RELEASE, ['NO_ADMISSION']]]);
    expect(waiting(requested(), entered('prod'), held('prod', ['FROZEN']))).toEqual([
      { kind: 'release', id: RELEASE, application: APPLICATION, environment: 'prod', reasons: reasons('FROZEN'), since: minute(2) },
    ]);
    expect(waiting(requested(), admitted('prod'))).toEqual([]);
  });

  it('is a rollback in review', () => {
    const id = `${PROD}/prod-2`;
    expect(waiting(rollbackRequested(PROD, 'prod-2', 'prod-1'))).toMatchObject([{ kind: 'rollback', id, reasons: [{ code: 'REVIEW_PENDING' }] }]);
    expect(waiting(rollbackRequested(PROD, 'prod-2', 'prod-1'), rollbackHeld(PROD, 'prod-2'))).toMatchObject([{ kind: 'rollback', id, environment: 'prod', reasons: reasons('FROZEN') }]);
    expect(codes(rollbackRequested(PROD, 'prod-2', 'prod-1'), rollbackAdmitted(PROD, 'prod-2'), rollbackHeld(PROD, 'prod-2'))).toEqual([[id, ['WORKER_AWAITED']]]);
  });

  it('is a deployment behind a hold, a running one, or those before it', () => {
    const queue = [deploymentRequested(PROD, 'prod-1'), deploymentStarted(PROD, 'prod-1'), deploymentRequested(PROD, 'prod-2', OTHER), deploymentRequested(PROD, 'prod-3')];
    const rollback = [rollbackRequested(PROD, 'prod-4', 'prod-0'), holdPlaced(PROD, 'prod-4'), rollbackAdmitted(PROD, 'prod-4')];
    expect(codes(deploymentRequested(PROD, 'prod-1'))).toEqual([[`${PROD}/prod-1`, ['WORKER_AWAITED']]]);
    expect(codes(...queue)).toEqual([
      [`${PROD}/prod-2`, ['DEPLOYMENT_IN_PROGRESS']],
      [`${PROD}/prod-3`, ['DEPLOYMENT_IN_PROGRESS', 'DEPLOYMENT_QUEUED']],
    ]);
    expect(waiting(...queue, ...rollback)).toMatchObject([
      { kind: 'deployment', reasons: [{ code: 'TARGET_HELD', message: 'held by person:sam: bad' }, { message: 'prod-1 runs' }, { message: 'prod-4 goes first' }] },
      { reasons: [{ code: 'TARGET_HELD' }, { code: 'DEPLOYMENT_IN_PROGRESS' }, { message: 'prod-2, prod-4 go first' }] },
      { kind: 'deployment', id: `${PROD}/prod-4`, reasons: [{ code: 'DEPLOYMENT_IN_PROGRESS' }] },
    ]);
  });

  it('has the longest wait first', () => {
    expect(waiting(cut(), requested(), buildRequested()).map(({ kind }) => kind)).toEqual(['release', 'build']);
  });
});

import {
  admitted,
  cut,
  deploymentFailed,
  deploymentRequested,
  deploymentStarted,
  deploymentSucceeded,
  failed,
  holdPlaced,
  OTHER,
  PROD,
  RELEASE,
  requested,
  rollbackAdmitted,
  rollbackHeld,
  rollbackRequested,
} from './facts.fixtures.js';
import { minute, viewsOf } from './log.fixtures.js';
import { releaseTimeline } from './timeline.projection.js';

const good = [cut(), requested(), admitted('prod'), deploymentRequested(PROD, 'prod-1'), deploymentStarted(PROD, 'prod-1'), deploymentSucceeded(PROD, 'prod-1')];
const bad = [requested(OTHER), deploymentRequested(PROD, 'prod-2', OTHER), deploymentStarted(PROD, 'prod-2'), deploymentFailed(PROD, 'prod-2', OTHER)];
const back = [
  rollbackRequested(PROD, 'prod-3', 'prod-1'),
  holdPlaced(PROD, 'prod-3'),
  failed('prod', 'prod-2', OTHER),
  rollbackHeld(PROD, 'prod-3'),
  rollbackAdmitted(PROD, 'prod-3'),
  deploymentStarted(PROD, 'prod-3'),
  deploymentSucceeded(PROD, 'prod-3', RELEASE, 'rollback'),
];

describe('the timeline of a release', () => {
  const db = viewsOf(...good, ...bad, ...back);
  const types = (release: string): string[] => releaseTimeline(db, { release }).map(({ type }) => type);

  it('has its own events, its review and its deployments, in the order of the log', () => {
    expect(types(RELEASE)).toEqual(['ReleaseRequested', 'ReviewAdmitted', 'DeploymentRequested', 'DeploymentStarted', 'DeploymentSucceeded']);
  });

  it('has the rollback that undid it', () => {
    expect(types(OTHER)).toEqual([
      ...['ReleaseRequested', 'DeploymentRequested', 'DeploymentStarted', 'DeploymentFailed'],
      ...['RollbackRequested', 'HoldPlaced', 'ReleaseFailed', 'ReviewHeld', 'RollbackAdmitted', 'DeploymentStarted', 'DeploymentSucceeded'],
    ]);
  });

  it('tells who, where, when and what', () => {
    expect(releaseTimeline(db, { release: RELEASE })[3]).toEqual({
      position: '00000000000000000005/00000000000000000005',
      at: minute(4),
      stream: 'given',
      revision: 0,
      type: 'DeploymentStarted',
      actor: 'person:dora',
      environment: 'prod',
      text: 'Deployment prod-1 of sre/prod/shop/web started on deployment-1',
    });
  });

  it('is empty for a release that nobody knows', () => expect(types('shop/none')).toEqual([]));
});

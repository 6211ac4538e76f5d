import type { DeploymentSucceeded, DeploymentSpec, RollbackDenied, RollbackRequested } from '@slipway/deployment/contract';
import { snapshot } from './admission.fixtures.js';
import { pins } from './review.fixtures.js';
import { wasRolledBack } from './rolled-back.js';

const target = 'sre/staging/shop/web';
const spec = (deployment: string, release: string): DeploymentSpec => ({
  deployment,
  target,
  environment: 'staging',
  application: 'shop/web',
  candidate: '1.8.0-rc1',
  release,
  snapshot,
  steps: [],
  onFailure: 'stop',
  pins,
});
const succeeded = (deployment: string, release: string, kind: 'release' | 'rollback' = 'release'): DeploymentSucceeded => ({
  type: 'DeploymentSucceeded',
  data: { ...spec(deployment, release), kind, final: false },
});
const rollback = (deployment: string, release: string): RollbackRequested => ({
  type: 'RollbackRequested',
  data: { ...spec(deployment, release), kind: 'rollback', cites: { stream: `target-${target}`, revision: 0, deployment: 'staging-1' }, reason: 'slow', by: 'person:dave' },
});
const denied: RollbackDenied = { type: 'RollbackDenied', data: { target, deployment: 'staging-3', reasons: [], review: { stream: 'review-x', revision: 1 } } };
const before = [succeeded('staging-1', 'shop/r1'), succeeded('staging-2', 'shop/r2')];

describe('a release in an environment', () => {
  it.each([
    ['runs there', before, false],
    ['was rolled back from', [...before, rollback('staging-3', 'shop/r1')], true],
    ['was rolled back from, and that is done', [...before, rollback('staging-3', 'shop/r1'), succeeded('staging-3', 'shop/r1', 'rollback')], true],
    ['was to be rolled back from, which was denied', [...before, rollback('staging-3', 'shop/r1'), denied], false],
    ['came back', [...before, rollback('staging-3', 'shop/r1'), succeeded('staging-3', 'shop/r1', 'rollback'), succeeded('staging-4', 'shop/r2', 'rollback')], false],
    ['was followed by another, which was rolled back to it', [...before, succeeded('staging-3', 'shop/r3'), rollback('staging-4', 'shop/r2')], false],
  ])('%s', (_, events, expected) => {
    expect(wasRolledBack('shop/r2', events)).toBe(expected);
  });
});

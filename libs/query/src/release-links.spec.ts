import { belongingOf, environmentOf, type ReleaseLinks } from './release-links.js';

const target = 'sre/prod/shop/web';

/** The links in memory, and a log that is told event by event. */
function log() {
  const held = new Map<string, string>();
  const links: ReleaseLinks = { releaseOf: (key) => held.get(key), link: (key, release) => void held.set(key, release) };
  return (type: string, data: object): [string | null, string | null] => {
    const { release, restored } = belongingOf({ type, data }, links);
    return [release, restored];
  };
}

const of = (deployment: string, more: object = {}): object => ({ target, deployment, ...more });

/** Deploys a release to the target, up to the named end. */
function deploy(tell: ReturnType<typeof log>, deployment: string, release: string, end: 'DeploymentSucceeded' | 'DeploymentFailed'): void {
  tell('DeploymentRequested', of(deployment, { release }));
  tell('DeploymentStarted', of(deployment));
  tell(end, of(deployment, { release }));
}

describe('which release an event belongs to', () => {
  it('is the one that it names', () => {
    const tell = log();
    expect(tell('ReleaseRequested', { release: 'shop/a', target: 'sre' })).toEqual(['shop/a', null]);
    expect(tell('ReleaseDeployed', { release: 'shop/a', environment: 'prod', deployment: 'prod-1' })).toEqual(['shop/a', null]);
    expect(tell('ReviewHeld', { subject: { kind: 'release', release: 'shop/a' }, environment: 'prod' })).toEqual(['shop/a', null]);
  });

  it('is the one that its deployment was requested for', () => {
    const tell = log();
    expect(tell('DeploymentRequested', of('prod-1', { release: 'shop/a' }))).toEqual(['shop/a', null]);
    expect(tell('StepStarted', of('prod-1'))).toEqual(['shop/a', null]);
  });

  it('is the one that an exception was granted to, also when it is revoked', () => {
    const tell = log();
    expect(tell('ExceptionGranted', { exception: 'sre/x', release: 'shop/a', environment: 'prod' })).toEqual(['shop/a', null]);
    expect(tell('ExceptionRevoked', { exception: 'sre/x' })).toEqual(['shop/a', null]);
  });

  it('is none for what concerns many releases', () => {
    const tell = log();
    expect(tell('FreezeDeclared', { freeze: 'sre/f' })).toEqual([null, null]);
    expect(tell('HoldLifted', { target })).toEqual([null, null]);
    expect(tell('ReleasePlanWritten', { plan: 'shop/p', target: 'sre' })).toEqual([null, null]);
    expect(tell('SomethingNew', { release: 'shop/a' })).toEqual([null, null]);
  });
});

describe('a rollback', () => {
  it('after a failure belongs to the release that failed, and restores the one before', () => {
    const tell = log();
    deploy(tell, 'prod-1', 'shop/a', 'DeploymentSucceeded');
    deploy(tell, 'prod-2', 'shop/b', 'DeploymentFailed');
    expect(tell('RollbackRequested', of('prod-3', { release: 'shop/a' }))).toEqual(['shop/b', 'shop/a']);
    expect(tell('HoldPlaced', of('prod-3'))).toEqual(['shop/b', 'shop/a']);
    expect(tell('ReviewAdmitted', { subject: { kind: 'rollback', release: 'shop/a', target, deployment: 'prod-3' } })).toEqual(['shop/b', 'shop/a']);
    expect(tell('DeploymentSucceeded', of('prod-3', { release: 'shop/a' }))).toEqual(['shop/b', 'shop/a']);
  });

  it('by hand belongs to the release that it replaces', () => {
    const tell = log();
    deploy(tell, 'prod-1', 'shop/a', 'DeploymentSucceeded');
    deploy(tell, 'prod-2', 'shop/b', 'DeploymentSucceeded');
    expect(tell('RollbackRequested', of('prod-3', { release: 'shop/a' }))).toEqual(['shop/b', 'shop/a']);
  });

  it('that is tried again still belongs to what it undoes; one that succeeded is what the next one undoes', () => {
    const tell = log();
    deploy(tell, 'prod-1', 'shop/a', 'DeploymentSucceeded');
    deploy(tell, 'prod-2', 'shop/b', 'DeploymentFailed');
    tell('RollbackRequested', of('prod-3', { release: 'shop/a' }));
    tell('DeploymentStarted', of('prod-3'));
    tell('DeploymentFailed', of('prod-3', { release: 'shop/a' }));
    expect(tell('RollbackRequested', of('prod-4', { release: 'shop/a' }))).toEqual(['shop/b', 'shop/a']);
    tell('DeploymentStarted', of('prod-4'));
    tell('DeploymentSucceeded', of('prod-4', { release: 'shop/a' }));
    expect(tell('RollbackRequested', of('prod-5', { release: 'shop/z' }))).toEqual(['shop/a', 'shop/z']);
  });
});

describe('the environment of an event', () => {
  it('is named by the event or by its target', () => {
    expect(environmentOf({ type: 'ReviewHeld', data: { environment: 'prod' } })).toBe('prod');
    expect(environmentOf({ type: 'StepStarted', data: { target } })).toBe('prod');
    expect(environmentOf({ type: 'ReleaseRequested', data: { target: 'sre' } })).toBeNull();
    expect(environmentOf({ type: 'FreezeLifted', data: { freeze: 'sre/f' } })).toBeNull();
  });
});

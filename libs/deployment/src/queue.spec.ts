import { admit, AT, cancel, deny, History, LEASE, request, rollBack, specOf, start, target } from './target.fixtures.js';

describe('RequestDeployment', () => {
  it('queues the release under the next id of the target', () => {
    const history = new History(request('a'));
    const data = { ...specOf('b', 'live-2'), kind: 'release', final: true, review: { stream: 'review-acme/shop-b', revision: 3 } };
    expect(history.when(request('b'))).toEqual([{ type: 'DeploymentRequested', data }]);
  });

  it('changes nothing the second time, also when the first has ended', () => {
    expect(new History(request('a')).when(request('a'))).toEqual([]);
    expect(History.of('a').when(request('a'))).toEqual([]);
  });
});

describe('CancelDeployment', () => {
  it('takes the release out of the queue', () => {
    const history = new History(request('a'), request('b'));
    const data = { target, deployment: 'live-1', release: 'acme/shop-a', reason: 'not needed' };
    expect(history.play(cancel('a'))).toEqual([{ type: 'DeploymentCancelled', data }]);
    expect(history.play(cancel('a'))).toEqual([]);
    expect(history.when(start())).toMatchObject([{ data: { deployment: 'live-2' } }]);
  });

  it('leaves alone what has started, and rollbacks to the snapshot of the release', () => {
    expect(new History(request('a'), start()).when(cancel('a'))).toEqual([]);
    const rolling = History.of('a', 'b');
    rolling.play(rollBack('live-1'));
    expect(rolling.when(cancel('a'))).toEqual([]);
  });
});

describe('the review of a rollback', () => {
  const waiting = (): History => {
    const history = History.of('a', 'b');
    history.play(rollBack());
    return history;
  };

  it('lets it start with the pins of today', () => {
    const history = waiting();
    expect(history.when(start())).toEqual([]);
    expect(history.play(admit('live-3', 'a'))).toMatchObject([{ type: 'RollbackAdmitted', data: { deployment: 'live-3' } }]);
    history.succeed('live-3');
    const policyDigest = `sha256:${'d'.repeat(64)}`;
    expect(history.events.at(-1)).toMatchObject({ type: 'DeploymentSucceeded', data: { kind: 'rollback', final: false, pins: { policyDigest } } });
  });

  it('takes it out of the queue when it is denied; the hold stays', () => {
    const history = waiting();
    expect(history.play(deny('live-3'))).toMatchObject([{ type: 'RollbackDenied', data: { deployment: 'live-3', reasons: [{ code: 'TOO_OLD' }] } }]);
    history.play(request('c'));
    expect(history.when(start())).toEqual([]);
  });

  it('is heard once', () => {
    const history = waiting();
    history.play(admit('live-3', 'a'));
    expect(history.when(admit('live-3', 'a'))).toEqual([]);
    expect(history.when(deny('live-3'))).toEqual([]);
  });

  it('is refused when it is of another snapshot, or of no rollback', () => {
    expect(waiting().refusal(admit('live-3', 'b'))).toBe('INVALID_COMMAND');
    expect(waiting().refusal(admit('live-2', 'b'))).toBe('DEPLOYMENT_NOT_FOUND');
    expect(waiting().refusal(deny('live-9'))).toBe('DEPLOYMENT_NOT_FOUND');
  });
});

describe('StartDeployment', () => {
  it('takes the oldest release with a lease over all steps and a grace', () => {
    const data = { target, deployment: 'live-1', attempt: 1, worker: 'deployment-1', leaseUntil: LEASE };
    expect(new History(request('a'), request('b')).when(start())).toEqual([{ type: 'DeploymentStarted', data }]);
  });

  it('prefers an admitted rollback to releases that were there before', () => {
    const history = History.of('a', 'b');
    history.play(request('c'));
    history.play(rollBack());
    history.play(admit('live-4', 'a'));
    expect(history.when(start())).toMatchObject([{ data: { deployment: 'live-4' } }]);
  });

  it('finds nothing in an empty target', () => {
    expect(new History().when(start())).toEqual([]);
  });

  it('runs one deployment at a time', () => {
    expect(new History(request('a'), request('b'), start()).when(start('deployment-2'))).toEqual([]);
  });

  it('takes over when the lease has run out, not a millisecond before', () => {
    const history = new History(request('a'), start('deployment-1', AT));
    expect(history.when(start('deployment-2', '2026-03-01T10:03:00.999Z'))).toEqual([]);
    expect(history.when(start('deployment-2', LEASE))).toMatchObject([{ data: { deployment: 'live-1', attempt: 2, worker: 'deployment-2' } }]);
  });

  it('gives a restarted worker its own deployment back at once', () => {
    expect(new History(request('a'), start()).when(start())).toMatchObject([{ data: { deployment: 'live-1', attempt: 2 } }]);
  });
});

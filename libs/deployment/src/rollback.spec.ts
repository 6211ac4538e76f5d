import { admit, deny, error, History, lift, request, rollBack, specOf, startStep, stream, target } from './target.fixtures.js';

/** Revision of each DeploymentSucceeded. */
const successes = (history: History): number[] => history.events.flatMap((event, revision) => (event.type === 'DeploymentSucceeded' ? [revision] : []));

describe('RollBack', () => {
  it('cites the success that it replays, and holds the target', () => {
    const history = History.of('a', 'b');
    const [first] = successes(history);
    const cites = { stream, revision: first, deployment: 'live-1' };
    expect(history.when(rollBack())).toEqual([
      { type: 'RollbackRequested', data: { ...specOf('a', 'live-3'), kind: 'rollback', cites, reason: 'too slow', by: 'person:alice' } },
      { type: 'HoldPlaced', data: { target, reason: 'too slow', by: 'person:alice', deployment: 'live-3' } },
    ]);
  });

  it('leaves a hold that is there', () => {
    const history = History.of('a', 'b', 'c');
    history.play(rollBack());
    expect(history.when(rollBack('live-1'))).toMatchObject([{ type: 'RollbackRequested', data: { cites: { deployment: 'live-1' } } }]);
  });

  it('goes to the deployment that is named, also to what runs now', () => {
    const history = History.of('a', 'b');
    expect(history.when(rollBack('live-1'))).toMatchObject([{ data: { cites: { deployment: 'live-1' } } }, {}]);
    expect(history.when(rollBack('live-2'))).toMatchObject([{ data: { cites: { deployment: 'live-2' } } }, {}]);
  });

  it('says what there is to choose from', () => {
    const history = History.of('a', 'b');
    history.play(request('c'));
    expect(history.refusal(rollBack('live-7'))).toBe('DEPLOYMENT_NOT_FOUND');
    expect(() => history.when(rollBack('live-7'))).toThrow('has no deployment live-7; choose from live-2 (1.0.0-rc11), live-1 (1.0.0-rc10)');
    expect(() => history.when(rollBack('live-3'))).toThrow('live-3 of prod/live/acme/shop did not succeed; choose from');
    expect(() => new History(request('a')).when(rollBack('live-1'))).toThrow('none has succeeded yet');
  });

  it('needs something to go back to', () => {
    expect(new History().refusal(rollBack())).toBe('TARGET_NOT_FOUND');
    expect(new History(request('a')).refusal(rollBack())).toBe('NOTHING_TO_ROLL_BACK_TO');
    expect(History.of('a').refusal(rollBack())).toBe('NOTHING_TO_ROLL_BACK_TO');
  });

  it('is refused while the same rollback waits or runs, not after it was denied', () => {
    const history = History.of('a', 'b');
    history.play(rollBack());
    expect(history.refusal(rollBack())).toBe('DEPLOYMENT_IN_PROGRESS');
    history.play(admit('live-3', 'a'));
    history.started();
    expect(history.refusal(rollBack())).toBe('DEPLOYMENT_IN_PROGRESS');

    const denied = History.of('a', 'b');
    denied.play(rollBack());
    denied.play(deny('live-3'));
    expect(denied.when(rollBack())).toMatchObject([{ data: { deployment: 'live-4', cites: { deployment: 'live-1' } } }]);
  });
});

describe('without a name, it goes', () => {
  it('over successes of the same snapshot to the newest other one', () => {
    const history = History.of('a', 'b');
    history.play(rollBack());
    history.play(admit('live-3', 'a'));
    history.succeed('live-3');
    expect(history.when(rollBack())).toMatchObject([{ data: { cites: { deployment: 'live-2' } } }]);
  });

  it('to the current good one after a release that failed halfway', () => {
    const history = History.of('a', 'b');
    history.play(request('c'));
    history.fail('live-3');
    expect(history.when(rollBack())).toMatchObject([{ data: { cites: { deployment: 'live-2' } } }, {}]);
  });

  it('to where a rollback wanted that failed halfway', () => {
    const history = History.of('a', 'b');
    history.play(rollBack());
    history.play(admit('live-3', 'a'));
    history.fail('live-3');
    expect(history.when(rollBack())).toMatchObject([{ data: { cites: { deployment: 'live-1' } } }]);
  });

  it('away from the current one when a release errored before its first step', () => {
    const history = History.of('a', 'b');
    history.play(request('c'));
    history.play(error('live-3', history.started()));
    expect(history.when(rollBack())).toMatchObject([{ data: { cites: { deployment: 'live-1' } } }, {}]);
  });
});

describe('a failed deployment whose admission says rollback', () => {
  it('is followed by a rollback to the last good one, and a hold', () => {
    const history = History.of('a', 'b');
    history.play(request('c', { onFailure: 'rollback' }));
    expect(history.fail('live-3')).toMatchObject([
      { type: 'StepFailed' },
      { type: 'DeploymentFailed' },
      {
        type: 'RollbackRequested',
        data: { deployment: 'live-4', cites: { deployment: 'live-2' }, after: 'live-3', by: 'service:deployment', reason: 'live-3 ended badly: step verify: answered 500' },
      },
      { type: 'HoldPlaced', data: { by: 'service:deployment', deployment: 'live-4' } },
    ]);
  });

  it('stays as it is when there was no success before', () => {
    const history = new History(request('a', { onFailure: 'rollback' }));
    expect(history.fail('live-1')).toMatchObject([{ type: 'StepFailed' }, { type: 'DeploymentFailed' }]);
  });

  it('stays as it is when somebody has asked for a rollback already', () => {
    const history = History.of('a', 'b');
    history.play(request('c', { onFailure: 'rollback' }));
    const token = history.started();
    history.play(rollBack('live-1'));
    history.play(startStep('live-3', token, 0));
    expect(history.play(error('live-3', token))).toMatchObject([{ type: 'DeploymentErrored' }]);
  });

  it('does not go round in circles when it is itself a rollback', () => {
    const history = new History(request('a', { onFailure: 'rollback' }));
    history.succeed('live-1');
    history.play(request('b', { onFailure: 'rollback' }));
    history.succeed('live-2');
    history.play(rollBack());
    history.play(admit('live-3', 'a'));
    expect(history.fail('live-3').map(({ type }) => type)).toEqual(['StepFailed', 'DeploymentFailed']);
  });

  it('is put back after an error only if a step had started', () => {
    const before = History.of('a');
    before.play(request('b', { onFailure: 'rollback' }));
    expect(before.play(error('live-2', before.started())).map(({ type }) => type)).toEqual(['DeploymentErrored']);

    const halfway = History.of('a');
    halfway.play(request('b', { onFailure: 'rollback' }));
    const token = halfway.started();
    halfway.play(startStep('live-2', token, 0));
    expect(halfway.play(error('live-2', token)).map(({ type }) => type)).toEqual(['DeploymentErrored', 'RollbackRequested', 'HoldPlaced']);
  });

  it('lets releases pass again when the hold is lifted', () => {
    const history = History.of('a');
    history.play(request('b', { onFailure: 'rollback' }));
    history.fail('live-2');
    history.play(admit('live-3', 'a'));
    history.succeed('live-3');
    history.play(request('c'));
    history.play(lift());
    expect(history.started()).toBe(history.events.length - 1);
  });
});

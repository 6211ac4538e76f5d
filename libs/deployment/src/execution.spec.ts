import { error, failStep, History, LEASE, LOG, request, specOf, start, startStep, succeedStep, target } from './target.fixtures.js';

/** One release in hand: revision 0 is its request, so that its token is 1. */
const running = (): History => new History(request('a'), start());
const token = 1;
const ref = { target, deployment: 'live-1', token };

describe('a step', () => {
  it('is recorded before its effect, once', () => {
    const history = running();
    const data = { ...ref, step: 0, name: 'deploy', attempt: 1, type: 'run' };
    expect(history.play(startStep('live-1', token, 0))).toEqual([{ type: 'StepStarted', data }]);
    expect(history.play(startStep('live-1', token, 0))).toEqual([]);
  });

  it('that succeeds makes way for the next one', () => {
    const history = running();
    history.play(startStep('live-1', token, 0));
    const data = { ...ref, step: 0, name: 'deploy', attempt: 1, output: { tries: '1' }, log: LOG };
    expect(history.play(succeedStep('live-1', token, 0))).toEqual([{ type: 'StepSucceeded', data }]);
    expect(history.when(startStep('live-1', token, 1))).toMatchObject([{ data: { name: 'verify', attempt: 1 } }]);
  });

  it('that succeeds last ends the deployment with its whole spec', () => {
    const history = running().succeedFrom('live-1', token);
    const data = { ...specOf('a', 'live-1'), kind: 'release', final: true };
    expect(history.events.at(-1)).toEqual({ type: 'DeploymentSucceeded', data });
  });

  it('that fails is tried again while attempts are left', () => {
    const history = running();
    history.play(startStep('live-1', token, 0));
    history.play(succeedStep('live-1', token, 0));
    history.play(startStep('live-1', token, 1));
    expect(history.play(failStep('live-1', token, 1))).toMatchObject([{ type: 'StepFailed', data: { attempt: 1, final: false } }]);
    expect(history.play(startStep('live-1', token, 1))).toMatchObject([{ data: { attempt: 2 } }]);
    expect(history.when(failStep('live-1', token, 1))).toMatchObject([
      { type: 'StepFailed', data: { attempt: 2, final: true } },
      { type: 'DeploymentFailed', data: { step: 'verify', code: 'VERIFICATION_FAILED', kind: 'release', release: 'acme/shop-a' } },
    ]);
  });

  it.each([
    ['one that is not next', startStep('live-1', token, 1)],
    ['one that does not exist', startStep('live-1', token, 7)],
    ['the success of one that has not started', succeedStep('live-1', token, 0)],
    ['the failure of one that has not started', failStep('live-1', token, 0)],
  ])('is refused out of turn: %s', (_, command) => {
    expect(running().refusal(command)).toBe('INVALID_COMMAND');
  });
});

describe('after a takeover', () => {
  const taken = (): History => {
    const history = running();
    history.play(startStep('live-1', token, 0));
    history.play(start('deployment-2', LEASE));
    return history;
  };

  it('goes on at the step without an outcome, which uses up no attempt', () => {
    expect(taken().when(startStep('live-1', 3, 0))).toMatchObject([{ type: 'StepStarted', data: { token: 3, step: 0, attempt: 1 } }]);
  });

  it.each([
    ['StartStep', startStep('live-1', token, 0)],
    ['SucceedStep', succeedStep('live-1', token, 0)],
    ['FailStep', failStep('live-1', token, 0)],
    ['ErrorDeployment', error('live-1', token)],
  ])('refuses the older token: %s', (_, command) => {
    expect(taken().refusal(command)).toBe('DEPLOYMENT_TOKEN_STALE');
    expect(() => taken().when(command)).toThrow('live-1 runs with token 3 on deployment-2');
  });
});

it('refuses any token when nothing runs', () => {
  expect(new History(request('a')).refusal(startStep('live-1', 0, 0))).toBe('DEPLOYMENT_TOKEN_STALE');
});

describe('ErrorDeployment', () => {
  it('ends the deployment as what it is: our fault, not a failure', () => {
    const { deployment, environment, application, release } = specOf('a', 'live-1');
    const data = { target, deployment, environment, application, release, kind: 'release', code: 'ARTIFACT_ALTERED', message: 'web is not what was built' };
    expect(running().when(error('live-1', token))).toEqual([{ type: 'DeploymentErrored', data }]);
  });
});

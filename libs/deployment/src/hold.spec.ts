import { History, hold, lift, request, start, target } from './target.fixtures.js';

describe('PlaceHold', () => {
  it('keeps releases in the queue', () => {
    const history = new History(request('a'));
    expect(history.play(hold())).toEqual([{ type: 'HoldPlaced', data: { target, reason: 'incident 7', by: 'person:alice' } }]);
    expect(history.when(start())).toEqual([]);
  });

  it('changes nothing the second time', () => {
    expect(new History(request('a'), hold()).when(hold())).toEqual([]);
  });

  it('lets a running deployment end', () => {
    const history = new History(request('a'));
    const token = history.started();
    history.play(hold());
    expect(history.succeedFrom('live-1', token).events.at(-1)).toMatchObject({ type: 'DeploymentSucceeded' });
  });

  it('is refused for a target that does not exist', () => {
    expect(new History().refusal(hold())).toBe('TARGET_NOT_FOUND');
  });
});

describe('LiftHold', () => {
  it('lets what waited go on', () => {
    const history = new History(request('a'), hold());
    expect(history.play(lift())).toEqual([{ type: 'HoldLifted', data: { target, reason: 'over', by: 'person:alice' } }]);
    expect(history.when(start())).toMatchObject([{ type: 'DeploymentStarted' }]);
  });

  it('is refused where there is none', () => {
    expect(new History(request('a')).refusal(lift())).toBe('HOLD_NOT_FOUND');
    expect(new History(request('a'), hold(), lift()).refusal(lift())).toBe('HOLD_NOT_FOUND');
  });
});

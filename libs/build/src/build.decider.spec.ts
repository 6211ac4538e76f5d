import { codeOf, fold } from '@slipway/kernel';
import { type BuildCommand, buildDecider } from './build.decider.js';
import type { BuildEvent } from './build.events.js';
import { error, errored, fail, failed, LEASE, outcomes, request, requested, start, started, succeed, succeeded } from './build.fixtures.js';

const when = (given: readonly BuildEvent[], command: BuildCommand): BuildEvent[] => buildDecider.decide(command, fold(buildDecider, given));

function refusal(given: readonly BuildEvent[], command: BuildCommand): string {
  try {
    when(given, command);
  } catch (thrown) {
    return codeOf(thrown);
  }
  return 'none';
}

describe('RequestBuild', () => {
  it('is recorded with its subject, the first time', () => {
    expect(when([], request())).toEqual([requested]);
  });

  it.each([
    ['requested', [requested]],
    ['running', [requested, started(1)]],
    ['built', [requested, started(1), succeeded(1)]],
  ])('changes nothing when the candidate is %s', (_, given) => {
    expect(when(given, request())).toEqual([]);
  });

  it.each([
    ['failed', failed(1)],
    ['errored', errored(1)],
  ])('asks for another attempt when the build %s', (_, end) => {
    expect(when([requested, started(1), end], request())).toEqual([requested]);
  });
});

describe('StartBuild', () => {
  const running = [requested, started(1)];

  it('takes a requested build with a lease over all time limits and a grace', () => {
    expect(when([requested], start('build-1'))).toEqual([started(1)]);
  });

  it('leaves a build alone that another worker holds, to the last millisecond', () => {
    expect(when(running, start('build-2', '2026-03-01T10:15:59.999Z'))).toEqual([]);
  });

  it('takes it over when the lease has run out', () => {
    expect(when(running, start('build-2', LEASE))).toMatchObject([{ type: 'BuildStarted', data: { attempt: 2, worker: 'build-2' } }]);
  });

  it('takes it up again at once when the worker is the one that held it', () => {
    expect(when(running, start('build-1'))).toEqual([started(2)]);
  });

  it('numbers attempts on over a failure', () => {
    expect(when([requested, started(1), failed(1), requested], start('build-2'))).toEqual([started(2, 'build-2')]);
  });

  it.each([
    ['succeeded', succeeded(1)],
    ['failed', failed(1)],
    ['errored', errored(1)],
  ])('finds nothing to do when the build %s', (_, end) => {
    expect(when([...running, end], start('build-1', LEASE))).toEqual([]);
  });

  it('is refused when nothing was requested', () => {
    expect(refusal([], start('build-1'))).toBe('BUILD_NOT_FOUND');
  });
});

describe('the outcome', () => {
  const second = [requested, started(1), started(2, 'build-2')];

  it.each([
    ['success', succeed(2), succeeded(2)],
    ['failure', fail(2), failed(2)],
    ['error', error(2), errored(2)],
  ])('of the current attempt is recorded: %s', (_, command, event) => {
    expect(when(second, command)).toEqual([event]);
  });

  describe.each(Object.entries(outcomes))('%s', (_, outcome) => {
    it.each([
      ['an attempt whose lease was lost', second, 1],
      ['an attempt that was never made', second, 3],
      ['a build that waits for an attempt', [requested], 1],
      ['an attempt that has ended', [requested, started(1), failed(1)], 1],
      ['a build that has succeeded', [...second, succeeded(2)], 2],
    ] as const)('of %s is refused', (_case, given, attempt) => {
      expect(refusal(given, outcome(attempt))).toBe('BUILD_LEASE_LOST');
    });

    it('of a build that was not requested is refused', () => {
      expect(refusal([], outcome(1))).toBe('BUILD_NOT_FOUND');
    });
  });

  it('says in words who has the build now', () => {
    expect(() => when(second, succeed(1))).toThrow("attempt 1 of acme/shop 1.0.0-rc1 can't end the build: attempt 2 runs now");
  });
});

it('refuses a stream that does not begin with a request', () => {
  expect(() => fold(buildDecider, [started(1)])).toThrow(TypeError);
});

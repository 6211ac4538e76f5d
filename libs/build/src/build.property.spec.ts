import { codeOf, fold } from '@slipway/kernel';
import fc from 'fast-check';
import { type BuildCommand, buildDecider } from './build.decider.js';
import type { BuildEvent } from './build.events.js';
import { AT, LEASE, outcomes, request, start } from './build.fixtures.js';

/**
 * What can happen, in any order: requests, two workers that try to start, time that passes, and outcomes of any attempt,
 * however late and however often. A crash is a start by the same name without an outcome before it.
 */
type Move =
  | { readonly kind: 'request' }
  | { readonly kind: 'start'; readonly worker: string }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'outcome'; readonly outcome: keyof typeof outcomes; readonly attempt: number };

const LEASE_MS = Date.parse(LEASE) - Date.parse(AT);

const worker = fc.constantFrom('build-1', 'build-2');
const move: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ kind: fc.constant('request' as const) }),
  fc.record({ kind: fc.constant('start' as const), worker }),
  fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 2_000 }) }),
  fc.record({
    kind: fc.constant('outcome' as const),
    outcome: fc.constantFrom('succeed' as const, 'fail' as const, 'error' as const),
    attempt: fc.integer({ min: 1, max: 6 }),
  }),
);

/** Plays the moves against one stream, as the event store would: each decision sees all facts before it. */
class Play {
  readonly events: BuildEvent[] = [];
  private now = Date.parse(AT);

  run(moves: readonly Move[]): this {
    for (const each of moves) this.play(each);
    return this;
  }

  private play(each: Move): void {
    switch (each.kind) {
      case 'request':
        return this.decide(request());
      case 'start':
        return this.decide(start(each.worker, new Date(this.now).toISOString()));
      case 'outcome':
        return this.decide(outcomes[each.outcome](each.attempt));
      case 'wait':
        this.now += each.seconds * 1_000;
    }
  }

  private decide(command: BuildCommand): void {
    try {
      this.events.push(...buildDecider.decide(command, fold(buildDecider, this.events)));
    } catch (error) {
      if (!['BUILD_LEASE_LOST', 'BUILD_NOT_FOUND'].includes(codeOf(error))) throw error;
    }
  }
}

const history = fc.array(move, { maxLength: 60 }).map((moves) => new Play().run([{ kind: 'request' }, ...moves]).events);
const check = (property: (events: readonly BuildEvent[]) => void): void => fc.assert(fc.property(history, property), { numRuns: 2_000 });

describe('over any interleaving', () => {
  it('a candidate succeeds at most once, and nothing follows', () => {
    check((events) => {
      const first = events.findIndex(({ type }) => type === 'BuildSucceeded');
      expect(first === -1 || first === events.length - 1).toBe(true);
    });
  });

  it('an outcome is that of the attempt that was started last, and ends it', () => {
    check((events) => {
      let running: number | undefined;
      for (const event of events) {
        if (event.type === 'BuildStarted') running = event.data.attempt;
        else if (event.type !== 'BuildRequested') {
          expect(event.data.attempt).toBe(running);
          running = undefined;
        }
      }
    });
  });

  it('no attempt number is used twice', () => {
    check((events) => {
      const attempts = events.flatMap((event) => (event.type === 'BuildStarted' ? [event.data.attempt] : []));
      expect(attempts).toEqual(attempts.map((_, index) => index + 1));
    });
  });

  it('a worker takes a build from another only after the lease', () => {
    check((events) => {
      events.forEach((event, index) => {
        const before = events[index - 1];
        if (event.type !== 'BuildStarted' || before?.type !== 'BuildStarted' || event.data.worker === before.data.worker) return;
        const startedAt = Date.parse(event.data.leaseUntil) - LEASE_MS;
        expect(startedAt).toBeGreaterThanOrEqual(Date.parse(before.data.leaseUntil));
      });
    });
  });
});

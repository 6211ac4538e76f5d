import { codeOf } from '@slipway/kernel';
import fc from 'fast-check';
import { admission, ALICE, BOB, CAROL, DAVE, environment, exception, facts, freeze, minutesAfter, NOON } from './admission.fixtures.js';
import type { AdmissionAt } from './matching.js';
import { type ReviewCommand, reviewDecider } from './review.decider.js';
import type { ReviewEvent } from './review.events.js';
import { approve, close, evaluate, match, open, promote, reject, verify } from './review.fixtures.js';
import type { ReviewState } from './review.state.js';

const ORDER = ['dev', 'staging', 'production'];
const PEOPLE = [ALICE, BOB, CAROL, DAVE, 'person:erin', 'machine:bot'];
const REFUSALS = ['REVIEW_NOT_FOUND', 'REVIEW_ENDED', 'APPROVER_IS_AUTHOR', 'APPROVER_NOT_A_PERSON', 'ENVIRONMENT_NOT_READY', 'ENVIRONMENT_NOT_FOUND'];

/** The admission is written again with each revision: production wants ever more approvals. */
const required = (name: string, revision: number): number => (name === 'production' ? revision : name === 'staging' ? 1 : 0);
const admissionAt = (revision: number): AdmissionAt =>
  admission(
    'sre/web',
    revision,
    ORDER.map((name) =>
      environment(name, {
        promotion: name === 'production' ? 'manual' : 'auto',
        gates: [{ type: 'upstream-verified' }, ...(required(name, revision) > 0 ? [{ type: 'approval' as const, count: required(name, revision) }] : [])],
      }),
    ),
  );

interface World {
  readonly revision: number;
  readonly frozen: boolean;
  readonly excepted: boolean;
}

type Move = (world: World) => ReviewCommand;

const somewhere = fc.constantFrom(...ORDER);
const somebody = fc.constantFrom(...PEOPLE);
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 24, arbitrary: fc.constant<Move>(() => open()) },
  { weight: 80, arbitrary: fc.constant<Move>(({ revision }) => match(admissionAt(revision))) },
  { weight: 24, arbitrary: fc.constant<Move>(() => match()) },
  { weight: 120, arbitrary: fc.constant<Move>((world) => evaluate(lookedUp(world), minutesAfter(1))) },
  { weight: 120, arbitrary: fc.tuple(somebody, somewhere).map<Move>(([who, where]) => () => approve(who, where)) },
  { weight: 80, arbitrary: somewhere.map<Move>((where) => () => verify(where)) },
  { weight: 48, arbitrary: somewhere.map<Move>((where) => () => promote(where)) },
  { weight: 1, arbitrary: fc.tuple(somebody, somewhere).map<Move>(([who, where]) => ({ revision }) => reject(who, where, facts({ admission: admissionAt(revision) }))) },
  { weight: 1, arbitrary: fc.constant<Move>(() => close('cancelled')) },
);
const world = fc.record<World>({ revision: fc.integer({ min: 1, max: 2 }), frozen: fc.boolean(), excepted: fc.boolean() });
/** Each move in the world as it is then; some moves come twice. */
const history = fc.array(fc.record({ move, world, times: fc.integer({ min: 1, max: 2 }) }), { minLength: 10, maxLength: 250, size: 'max' });

const lookedUp = ({ revision, frozen, excepted }: World) => ({
  admission: admissionAt(revision),
  freezes: frozen ? [freeze({ environments: ORDER, from: NOON })] : [],
  exceptions: excepted ? ORDER.map((name) => exception({ exception: `sre/${name}`, environment: name })) : [],
});

/** What was decided by one move, in the world of then. */
interface Decided {
  readonly event: ReviewEvent;
  readonly before: ReviewState;
  readonly world: World;
}

function play(moves: readonly { move: Move; world: World; times: number }[]): Decided[] {
  const log: Decided[] = [];
  let state = reviewDecider.initial();
  for (const { move: next, world: around, times } of moves) {
    for (let time = 0; time < times; time++) {
      for (const event of decide(next(around), state)) {
        log.push({ event, before: state, world: around });
        state = reviewDecider.evolve(state, event, log.length - 1);
      }
    }
  }
  return log;
}

function decide(command: ReviewCommand, state: ReviewState): ReviewEvent[] {
  try {
    return reviewDecider.decide(command, state);
  } catch (refusal) {
    if (!REFUSALS.includes(codeOf(refusal))) throw refusal;
    return [];
  }
}

const admissionsIn = (log: readonly Decided[]) => log.flatMap(({ event, ...rest }) => (event.type === 'ReviewAdmitted' ? [{ ...event.data, ...rest }] : []));

describe('whatever the order of approvals, freezes, evaluations and repetitions', () => {
  it('an admitted environment has its required approvals, of distinct people that are no authors', () => {
    fc.assert(
      fc.property(history, (moves) => {
        for (const { environment: name, approvedBy, pins } of admissionsIn(play(moves))) {
          expect(new Set(approvedBy).size).toBe(approvedBy.length);
          expect(approvedBy).not.toEqual(expect.arrayContaining([expect.stringMatching(/alice|bob|machine/)]));
          expect(approvedBy.length).toBeGreaterThanOrEqual(required(name, pins.admissionRevision));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('environments are admitted once each, in order, each after the one before was verified', () => {
    fc.assert(
      fc.property(history, (moves) => {
        const admissions = admissionsIn(play(moves));
        expect(admissions.map(({ environment: name }) => name)).toEqual(ORDER.slice(0, admissions.length));
        for (const { environment: name, before } of admissions) {
          for (const upstream of ORDER.slice(0, ORDER.indexOf(name))) expect(before.environments[upstream]?.verified).toBeTruthy();
        }
      }),
      { numRuns: 300 },
    );
  });

  it('nothing is admitted in a freeze without an exception, or to production without a promotion', () => {
    fc.assert(
      fc.property(history, (moves) => {
        for (const { environment: name, before, world: around } of admissionsIn(play(moves))) {
          expect(around.frozen && !around.excepted).toBe(false);
          if (name === 'production') expect(before.environments[name]?.promoted).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('nothing follows the end', () => {
    fc.assert(
      fc.property(history, (moves) => {
        const types = play(moves).map(({ event }) => event.type);
        expect(types.indexOf('ReviewClosed')).toBe(types.includes('ReviewClosed') ? types.length - 1 : -1);
      }),
      { numRuns: 300 },
    );
  });
});

it('reaches the last environment often enough for the properties to mean something', () => {
  const reached = fc.sample(history, { numRuns: 500, seed: 7 }).map((moves) => admissionsIn(play(moves)).length);
  expect(reached.filter((count) => count === ORDER.length).length).toBeGreaterThan(50);
});

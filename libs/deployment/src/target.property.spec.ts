import { codeOf } from '@slipway/kernel';
import fc from 'fast-check';
import type { TargetCommand } from './target.decider.js';
import type { TargetEvent } from './target.events.js';
import { admit, AT, cancel, deny, error, failStep, History, hold, lift, request, rollBack, start, startStep, stream, succeedStep } from './target.fixtures.js';

/**
 * What can happen, in any order: requests, reviews, holds, two workers that start, crash and come back late, and words of
 * any holder of any token about any step.
 */
const deployment = fc.integer({ min: 1, max: 8 }).map((n) => `live-${n}`);
const token = fc.integer({ min: 0, max: 50 });
const step = fc.integer({ min: 0, max: 2 });
const snapshot = fc.constantFrom('a', 'b', 'c', 'd');

const at = fc.integer({ min: 0, max: 1_000 }).map((seconds) => new Date(Date.parse(AT) + seconds * 1_000).toISOString());

const anything: fc.Arbitrary<TargetCommand> = fc.oneof(
  fc.tuple(snapshot, fc.constantFrom('stop' as const, 'rollback' as const)).map(([name, onFailure]) => request(name, { onFailure })),
  snapshot.map(cancel),
  fc.option(deployment, { nil: undefined }).map(rollBack),
  fc.tuple(deployment, snapshot).map(([id, name]) => admit(id, name)),
  deployment.map(deny),
  fc.constantFrom(hold(), lift()),
  fc.tuple(fc.constantFrom('deployment-1', 'deployment-2'), at).map(([worker, time]) => start(worker, time)),
  fc.tuple(fc.constantFrom(startStep, succeedStep, failStep), deployment, token, step).map(([of, id, key, index]) => of(id, key, index)),
  fc.tuple(deployment, token).map(([id, key]) => error(id, key)),
);

/** What a worker that holds the newest token does next; without it, random words would hardly ever be the right ones. */
type Move = TargetCommand | 'begin' | 'succeed' | 'fail' | 'admit';
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 2, arbitrary: anything },
  { weight: 3, arbitrary: fc.constantFrom('begin' as const, 'succeed' as const, 'fail' as const, 'admit' as const) },
);

function commandOf(each: Move, { events }: History): TargetCommand | undefined {
  if (typeof each !== 'string') return each;
  if (each === 'admit') {
    const asked = events.findLast((event) => event.type === 'RollbackRequested');
    return asked && admit(asked.data.deployment, asked.data.pins.snapshotDigest.slice(-1));
  }
  const key = events.findLastIndex(({ type }) => type === 'DeploymentStarted');
  const started = events[key];
  if (started?.type !== 'DeploymentStarted') return undefined;
  const done = events.filter((event) => event.type === 'StepSucceeded' && event.data.deployment === started.data.deployment).length;
  return { begin: startStep, succeed: succeedStep, fail: failStep }[each](started.data.deployment, key, done);
}

const REFUSALS = [
  'TARGET_NOT_FOUND',
  'DEPLOYMENT_NOT_FOUND',
  'NOTHING_TO_ROLL_BACK_TO',
  'DEPLOYMENT_IN_PROGRESS',
  'HOLD_NOT_FOUND',
  'DEPLOYMENT_TOKEN_STALE',
  'INVALID_COMMAND',
];

/** Two releases are through already: there is something to go back to. */
function play(moves: readonly Move[]): TargetEvent[] {
  const history = History.of('a', 'b');
  for (const each of moves) {
    const command = commandOf(each, history);
    try {
      if (command) history.play(command);
    } catch (refusal) {
      if (!REFUSALS.includes(codeOf(refusal))) throw refusal;
    }
  }
  return history.events;
}

const check = (property: (events: readonly TargetEvent[]) => void): void =>
  fc.assert(fc.property(fc.array(move, { maxLength: 80 }).map(play), property), { numRuns: 1_500 });

const ENDS: readonly TargetEvent['type'][] = ['DeploymentSucceeded', 'DeploymentFailed', 'DeploymentErrored'];

describe('over any interleaving', () => {
  it('at most one deployment runs, and it ends once', () => {
    check((events) => {
      let running: string | undefined;
      for (const event of events) {
        if (event.type === 'DeploymentStarted') {
          expect(running ?? event.data.deployment).toBe(event.data.deployment);
          running = event.data.deployment;
        } else if (ENDS.includes(event.type)) {
          expect(event.data).toMatchObject({ deployment: running });
          running = undefined;
        }
      }
    });
  });

  it('one token is alive: every word about a step carries the newest', () => {
    check((events) => {
      let alive: number | undefined;
      events.forEach((event, revision) => {
        if (event.type === 'DeploymentStarted') alive = revision;
        else if (event.type === 'StepStarted' || event.type === 'StepSucceeded' || event.type === 'StepFailed') expect(event.data.token).toBe(alive);
        else if (ENDS.includes(event.type)) alive = undefined;
      });
    });
  });

  it('a rollback cites an earlier success of the same target, and has its snapshot and steps', () => {
    check((events) => {
      events.forEach((event, revision) => {
        if (event.type !== 'RollbackRequested') return;
        const { cites, pins, snapshot: replayed, steps } = event.data;
        const cited = events[cites.revision];
        expect(cites.stream).toBe(stream);
        expect(cites.revision).toBeLessThan(revision);
        expect(cited).toMatchObject({ type: 'DeploymentSucceeded', data: { deployment: cites.deployment, snapshot: replayed, steps } });
        expect(cited?.data).toMatchObject({ pins: { snapshotDigest: pins.snapshotDigest, stepsDigest: pins.stepsDigest } });
      });
    });
  });

  it('under a hold no release starts; a rollback starts only after it was admitted', () => {
    check((events) => {
      const rollbacks = new Map<string, 'waiting' | 'admitted'>();
      let held = false;
      for (const event of events) {
        if (event.type === 'HoldPlaced' || event.type === 'HoldLifted') held = event.type === 'HoldPlaced';
        else if (event.type === 'RollbackRequested') rollbacks.set(event.data.deployment, 'waiting');
        else if (event.type === 'RollbackAdmitted') rollbacks.set(event.data.deployment, 'admitted');
        else if (event.type === 'DeploymentStarted' && event.data.attempt === 1) {
          const rollback = rollbacks.get(event.data.deployment);
          expect(rollback ?? (held ? 'held' : 'release')).toMatch(/^(admitted|release)$/);
        }
      }
    });
  });

  it('ids are given once, in order, and a release is requested once', () => {
    check((events) => {
      const requested = events.flatMap((event) => (event.type === 'DeploymentRequested' || event.type === 'RollbackRequested' ? [event.data] : []));
      expect(requested.map((each) => each.deployment)).toEqual(requested.map((_, index) => `live-${index + 1}`));
      const releases = requested.filter(({ kind }) => kind === 'release').map(({ release }) => release);
      expect(new Set(releases).size).toBe(releases.length);
    });
  });
});

it('gets as far as rollbacks that succeed, so that the properties are about something', () => {
  const sample = fc.sample(fc.array(move, { minLength: 60, maxLength: 80 }).map(play), { numRuns: 300, seed: 7 });
  const counts = (type: TargetEvent['type']): number => sample.flat().filter((event) => event.type === type).length;
  expect(counts('RollbackRequested')).toBeGreaterThan(100);
  expect(sample.flat().filter((event) => event.type === 'DeploymentSucceeded' && event.data.kind === 'rollback').length).toBeGreaterThan(10);
});

import { fold } from '@slipway/kernel';
import { buildDecider } from './build.decider.js';
import type { BuildEvent } from './build.events.js';
import { AT, failed, LEASE, requested, started, subject, succeeded } from './build.fixtures.js';
import type { BuildState } from './build.state.js';
import { nextWork } from './work.js';

const stateAfter = (...events: BuildEvent[]): BuildState => fold(buildDecider, events);

it.each([
  ['nothing was requested', [], undefined],
  ['it was requested', [requested], 1],
  ['it failed and was requested again', [requested, started(1), failed(1), requested], 2],
  ['another worker holds it', [requested, started(1, 'build-2')], undefined],
  ['it is its own from before a restart', [requested, started(1, 'build-1')], 2],
  ['it failed', [requested, started(1), failed(1)], undefined],
  ['it succeeded', [requested, started(1), succeeded(1)], undefined],
])('when %s', (_, events, attempt) => {
  expect(nextWork(stateAfter(...events), 'build-1', AT)).toEqual(attempt && { subject, attempt });
});

it('is there for others when the lease has run out', () => {
  expect(nextWork(stateAfter(requested, started(1, 'build-2')), 'build-1', LEASE)).toEqual({ subject, attempt: 2 });
});

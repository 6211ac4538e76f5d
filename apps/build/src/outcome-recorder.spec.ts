import { randomUUID } from 'node:crypto';
import { START } from '@slipway/event-store';
import { SlipwayError } from '@slipway/kernel';
import type { Call } from '@slipway/service-kit';
import { silent } from '@slipway/service-kit/testing';
import type { AttemptOutcome, Builds } from './builds.js';
import { OutcomeRecorder } from './outcome-recorder.js';

const stream = 'build-acme/shop/1.0.0-rc1';
const outcome: AttemptOutcome = { type: 'FailBuild', data: { attempt: 1, component: 'api', code: 'RECIPE_FAILED', message: 'exit code 1', log: '/log' } };
const call: Call = { commandId: randomUUID(), actor: 'service:build', grants: {}, correlationId: randomUUID(), at: '2026-03-01T10:00:00.000Z' };

/** A stream that answers the first attempts to record with these errors. */
function recorderWith(...errors: (Error | undefined)[]) {
  const recorded: { type: string; code: string; commandId: string }[] = [];
  const record: Builds['record'] = async (_stream, { type, data }, { commandId }) => {
    recorded.push({ type, code: 'code' in data ? data.code : '', commandId });
    const error = errors.shift();
    if (error) throw error;
    return { stream, revision: 2, position: START, repeated: false, events: [] };
  };
  return { recorder: new OutcomeRecorder({ record } as Builds, silent), recorded };
}

const unavailable = new SlipwayError('UNAVAILABLE', 'the event store does not answer');

it('waits out a store that does not answer, with one command id', async () => {
  const { recorder, recorded } = recorderWith(unavailable, new Error('14 UNAVAILABLE'));
  await recorder.record(stream, outcome, call, new AbortController().signal);
  expect(recorded).toEqual(Array.from({ length: 3 }, () => ({ type: 'FailBuild', code: 'RECIPE_FAILED', commandId: call.commandId })));
});

it('drops an outcome that came too late', async () => {
  const { recorder, recorded } = recorderWith(new SlipwayError('BUILD_LEASE_LOST', 'attempt 2 runs now'));
  await recorder.record(stream, outcome, call, new AbortController().signal);
  expect(recorded).toHaveLength(1);
});

it('records an error, under its own command id, in the place of an outcome that the store refuses', async () => {
  const { recorder, recorded } = recorderWith(new SlipwayError('INTERNAL', 'the event is too large'));
  await recorder.record(stream, outcome, call, new AbortController().signal);
  expect(recorded.map(({ type, code }) => [type, code])).toEqual([['FailBuild', 'RECIPE_FAILED'], ['ErrorBuild', 'INTERNAL']]);
  expect(recorded[1]!.commandId).not.toBe(call.commandId);
});

it('stops waiting when the service stops', async () => {
  const stop = new AbortController();
  const { recorder, recorded } = recorderWith(unavailable, unavailable, unavailable);
  const recording = recorder.record(stream, outcome, call, stop.signal);
  stop.abort();
  await expect(recording).rejects.toMatchObject({ name: 'AbortError' });
  expect(recorded).toHaveLength(1);
});

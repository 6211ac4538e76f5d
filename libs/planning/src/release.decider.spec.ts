import fc from 'fast-check';
import type { Snapshot } from '@slipway/build/contract';
import { fold, SlipwayError } from '@slipway/kernel';
import { given } from './given.fixtures.js';
import { type ReleaseCommand, releaseDecider, type RequestFacts } from './release.decider.js';
import type { ReleaseEvent } from './release.events.js';

const release = 'shop/web-1.8.0-rc1-k3x9a';
const call = { actor: 'person:dora', at: '2026-03-01T10:00:00.000Z' };
const snapshot: Snapshot = { digest: 'sha256:5a', application: 'shop/web', candidate: '1.8.0-rc1', commit: 'c0', components: [], provenance: 'sha256:9f' };
const plan = { spec: { plan: 'shop/web-to-prod', application: 'shop/web', target: 'sre' }, revision: 3 };

const request = (facts: Partial<RequestFacts> = {}): ReleaseCommand => ({
  type: 'RequestRelease',
  data: { plan: plan.spec.plan, candidate: '1.8.0-rc1' },
  ...call,
  release,
  plan,
  candidate: { author: 'person:carl', changeAuthors: ['carl@example.org'] },
  snapshot,
  ...facts,
});
const requested: ReleaseEvent = {
  type: 'ReleaseRequested',
  data: {
    release,
    application: 'shop/web',
    candidate: '1.8.0-rc1',
    plan: plan.spec.plan,
    planRevision: 3,
    target: 'sre',
    snapshot,
    author: 'person:dora',
    candidateAuthor: 'person:carl',
    changeAuthors: ['carl@example.org'],
  },
};

const cancel: ReleaseCommand = { type: 'CancelRelease', data: { release, reason: 'wrong one' }, ...call };
const cancelled: ReleaseEvent = { type: 'ReleaseCancelled', data: { release, reason: 'wrong one', by: 'person:dora' } };
const recordDeployed = (environment: string, final = false): ReleaseCommand => ({
  type: 'RecordDeployed',
  data: { release, environment, deployment: `${environment}-1`, final },
  ...call,
});
const deployed = (environment: string): ReleaseEvent => ({ type: 'ReleaseDeployed', data: { release, environment, deployment: `${environment}-1` } });
const completed = (...environments: string[]): ReleaseEvent => ({ type: 'ReleaseCompleted', data: { release, environments } });
const failure = { release, environment: 'staging', deployment: 'staging-1', code: 'VERIFICATION_FAILED' as const, message: 'status 500' };
const recordFailed: ReleaseCommand = { type: 'RecordFailed', data: failure, ...call };
const failed: ReleaseEvent = { type: 'ReleaseFailed', data: failure };
const recordErrored: ReleaseCommand = { type: 'RecordErrored', data: failure, ...call };
const errored: ReleaseEvent = { type: 'ReleaseErrored', data: failure };
const denial = { release, environment: 'staging', reasons: [{ code: 'FREEZE', message: 'frozen' }] };
const recordDenied: ReleaseCommand = { type: 'RecordDenied', data: denial, ...call };
const denied: ReleaseEvent = { type: 'ReleaseDenied', data: denial };

describe('a release that is requested', () => {
  it('pins plan, revision, snapshot and authors', () => given(releaseDecider).when(request()).gives(requested));

  it('names the admission that its plan names', () => {
    const named = { spec: { ...plan.spec, admission: 'web' }, revision: 3 };
    given(releaseDecider)
      .when(request({ plan: named }))
      .gives({ ...requested, data: { ...requested.data, admission: 'web' } });
  });

  it('needs a candidate', () => given(releaseDecider).when(request({ candidate: null, snapshot: null })).refuses('CANDIDATE_NOT_FOUND'));

  it('needs a snapshot', () => given(releaseDecider).when(request({ snapshot: null })).refuses('SNAPSHOT_NOT_BUILT'));

  it('is requested once under one name', () => given(releaseDecider, [requested]).when(request()).refuses('COMMAND_ID_REUSED'));
});

describe('a release that is under way', () => {
  it('records each environment', () => given(releaseDecider, [requested]).when(recordDeployed('staging')).gives(deployed('staging')));

  it('records an environment once', () => given(releaseDecider, [requested, deployed('staging')]).when(recordDeployed('staging')).gives());

  it('is complete with the last environment', () =>
    given(releaseDecider, [requested, deployed('staging')])
      .when(recordDeployed('prod', true))
      .gives(deployed('prod'), completed('staging', 'prod')));

  it('can be denied', () => given(releaseDecider, [requested]).when(recordDenied).gives(denied));
  it('can fail', () => given(releaseDecider, [requested]).when(recordFailed).gives(failed));
  it('can err', () => given(releaseDecider, [requested]).when(recordErrored).gives(errored));
  it('can be cancelled', () => given(releaseDecider, [requested, deployed('staging')]).when(cancel).gives(cancelled));
});

describe('a release that ended', () => {
  it('cannot be cancelled, not even a second time', () => {
    given(releaseDecider, [requested, denied]).when(cancel).refuses('RELEASE_ENDED');
    given(releaseDecider, [requested, cancelled]).when(cancel).refuses('RELEASE_ENDED');
  });

  it('is not changed by a late outcome', () => {
    given(releaseDecider, [requested, cancelled]).when(recordDeployed('prod', true)).gives();
    given(releaseDecider, [requested, cancelled]).when(recordFailed).gives();
  });
});

describe('a release that was never requested', () => {
  it('is not found', () => {
    for (const command of [cancel, recordDenied, recordErrored, recordDeployed('prod')]) given(releaseDecider).when(command).refuses('RELEASE_NOT_FOUND');
  });
});

describe('whatever outcomes arrive, in any order and any number of times', () => {
  const ENDS = new Set<string>(['ReleaseCompleted', 'ReleaseDenied', 'ReleaseFailed', 'ReleaseErrored', 'ReleaseCancelled']);
  const ending = [recordDeployed('prod', true), recordDenied, recordFailed, recordErrored, cancel];
  const commands = fc.array(fc.constantFrom(recordDeployed('staging'), recordDeployed('qa'), ...ending), { maxLength: 20 });

  it('a release has one end, as its last fact, as soon as one outcome ends it', () => {
    fc.assert(
      fc.property(commands, (outcomes) => {
        const log: ReleaseEvent[] = [requested];
        for (const outcome of outcomes) log.push(...decided(outcome, log));
        const ends = log.filter((event) => ENDS.has(event.type));
        expect(ends).toHaveLength(outcomes.some((outcome) => ending.includes(outcome)) ? 1 : 0);
        if (ends.length > 0) expect(log.at(-1)).toBe(ends[0]);
        const environments = log.flatMap((event) => (event.type === 'ReleaseDeployed' ? [event.data.environment] : []));
        expect(new Set(environments).size).toBe(environments.length);
      }),
    );
  });

  /** A cancel of an ended release is refused; for the log that is the same as nothing. */
  function decided(command: ReleaseCommand, log: readonly ReleaseEvent[]): ReleaseEvent[] {
    try {
      return releaseDecider.decide(command, fold(releaseDecider, log));
    } catch (error) {
      if (error instanceof SlipwayError && error.code === 'RELEASE_ENDED') return [];
      throw error;
    }
  }
});

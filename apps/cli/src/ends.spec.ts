import { SlipwayError } from '@slipway/kernel';
import { candidateVerbs } from './candidate.verbs.js';
import { releaseVerbs } from './release.verbs.js';
import { targetVerbs } from './target.verbs.js';
import { answered, POSITION, runIn } from './world.fixtures.js';

const release = 'acme/shop-1.0.0-rc1-aaaaa';
const requested = answered({ type: 'ReleaseRequested', data: { release, application: 'acme/shop', candidate: '1.0.0-rc1', plan: 'acme/p', planRevision: 0, target: 'sre', snapshot: { digest: 'sha256:5' } } });
const row = (status: string, environment: string | null = null, ...reasons: object[]) => [{ release, status, environment, reasons }];
const follow = (...rows: unknown[]) => runIn([releaseVerbs], ['release', 'acme/p', '1.0.0-rc1', '--wait', '-o', 'json'], { RequestRelease: [requested], ListReleases: rows });

describe('release --wait', () => {
  it('tells each change on stderr, and the end on stdout', async () => {
    const frozen = row('waiting', 'prod', { code: 'FROZEN', message: 'closing' });
    const world = await follow(row('requested'), frozen, frozen, new SlipwayError('TIMED_OUT', 'query restarts'), row('completed', 'prod'));
    expect(world.err.split('\n')).toEqual([`release ${release}: requested`, `release ${release}: waiting in prod: FROZEN: closing`, `release ${release}: completed in prod`]);
    expect(JSON.parse(world.out)).toMatchObject({ events: [{ type: 'ReleaseRequested' }], outcome: { status: 'completed' } });
    expect(world.exit).toBe(0);
    expect(world.asked.at(-1)).toEqual({ type: 'ListReleases', fields: { release, after: POSITION } });
  });

  it.each([
    ['denied', { code: 'VERSION_ZERO', message: 'an experiment' }, 3, 'REVIEW_DENIED'],
    ['failed', { code: 'VERIFICATION_FAILED', message: 'status 500' }, 1, 'VERIFICATION_FAILED'],
    ['failed', { code: 'ARTIFACT_ALTERED', message: 'api differs' }, 1, 'STEP_FAILED'],
    ['errored', { code: 'UNAVAILABLE', message: 'no disk' }, 1, 'UNAVAILABLE'],
    ['cancelled', { code: 'RELEASE_CANCELLED', message: 'wrong one' }, 6, 'RELEASE_CANCELLED'],
  ])('ends badly when it is %s: %j', async (status, reason, exit, code) => {
    const world = await follow(row(status, 'prod', reason));
    expect(world.exit).toBe(exit);
    expect(world.err).toContain(`slipway: ${code}: release ${release} `);
    expect(world.err).toContain(`  - ${reason.code}: ${reason.message}`);
    expect(JSON.parse(world.out)).toMatchObject({ outcome: { status } });
  });

  it('gives up in time, and still names the release', async () => {
    const world = await runIn([releaseVerbs], ['release', 'acme/p', '1.0.0-rc1', '--wait', '--timeout', '0.05'], { RequestRelease: [requested], ListReleases: [row('requested')] });
    expect(world.exit).toBe(7);
    expect(world.err).toContain(`TIMED_OUT: after 0.05 s: release ${release}: requested`);
    expect(world.out).toContain(release);
  });
});

describe('cut --wait', () => {
  const data = { application: 'acme/shop', candidate: '1.0.0-rc1', commit: { sha: 'c0', subject: 's' }, origin: { kind: 'ref', ref: 'HEAD' }, previous: null, changeCount: 0 };
  const cut = (build: object) =>
    runIn([candidateVerbs], ['cut', 'acme/shop', '--version', '1.0.0', '--wait'], { CutCandidate: [answered({ type: 'CandidateCut', data })], ShowCandidate: [null, { build: 'running' }, build] });

  it('follows the build', async () => {
    const world = await cut({ build: 'succeeded' });
    expect(world).toMatchObject({ exit: 0, out: expect.stringContaining('Candidate 1.0.0-rc1 of acme/shop was cut') as string });
    expect(world.asked[0]!.fields).toEqual({ application: 'acme/shop', version: '1.0.0' });
  });

  it('says why the build failed', async () => {
    const world = await cut({ build: 'failed', reason: { code: 'RECIPE_TIMED_OUT', message: 'after 60 s', at: 'api' } });
    expect(world).toMatchObject({ exit: 1, err: expect.stringContaining('slipway: RECIPE_TIMED_OUT: the build of acme/shop 1.0.0-rc1 failed\n  - api: RECIPE_TIMED_OUT: after 60 s') as string });
  });
});

describe('rollback --wait', () => {
  const data = { deployment: 'prod-3', target: 'sre/prod/acme/shop', cites: { deployment: 'prod-1' }, snapshot: { digest: 'sha256:5' } };
  const rollback = (end: object) =>
    runIn([targetVerbs], ['rollback', 'acme/shop', 'sre/prod', '--reason', 'bad', '--wait'], {
      RollBack: [answered({ type: 'RollbackRequested', data })],
      TargetHistory: [[{ deployment: 'prod-3', status: 'in review', endedAt: null }], [{ deployment: 'prod-3', endedAt: 'now', ...end }]],
    });

  it('follows the rollback', async () => expect(await rollback({ status: 'succeeded' })).toMatchObject({ exit: 0 }));

  it('says that it was denied', async () => {
    expect(await rollback({ status: 'denied', reason: { code: 'FROZEN', message: 'closing' } })).toMatchObject({ exit: 3, err: expect.stringContaining('REVIEW_DENIED: rollback prod-3 of sre/prod/acme/shop was denied') as string });
  });
});

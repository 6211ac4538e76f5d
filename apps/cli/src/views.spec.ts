import { SlipwayError } from '@slipway/kernel';
import { auditVerbs } from './audit.verbs.js';
import { getVerbs } from './get.verbs.js';
import { rebuildVerbs } from './rebuild.verbs.js';
import { showVerbs } from './show.verbs.js';
import { viewVerbs } from './view.verbs.js';
import { runIn } from './world.fixtures.js';

const target = { target: 'sre/prod/acme/shop', workspace: 'sre', environment: 'prod', application: 'acme/shop' };
const current = { deployment: 'prod-2', candidate: '1.0.0-rc1', snapshot: `sha256:${'5'.repeat(64)}`, since: '2026-03-01T10:00:00.123Z' };
const matrix = [{ ...target, current, last: { deployment: 'prod-3', status: 'queued', candidate: '1.0.0-rc2' }, hold: { reason: 'bad', by: 'person:sam', since: 's' } }];

describe('what is asked', () => {
  it('is a table for people', async () => {
    expect((await runIn([viewVerbs], ['matrix'], { EnvironmentMatrix: [matrix] })).out.split('\n')).toEqual([
      'APPLICATION  ENVIRONMENT  RUNS       SNAPSHOT      SINCE (UTC)          LAST DEPLOYMENT  HOLD',
      'acme/shop    sre/prod     1.0.0-rc1  555555555555  2026-03-01 10:00:00  prod-3 queued    person:sam: bad',
    ]);
  });

  it('fits the terminal', async () => {
    const { out } = await runIn([viewVerbs], ['matrix'], { EnvironmentMatrix: [matrix] }, { columns: 80 });
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('is data for programs', async () => {
    expect(JSON.parse((await runIn([viewVerbs], ['matrix', '-o', 'json'], { EnvironmentMatrix: [matrix] })).out)).toEqual(matrix);
    expect((await runIn([viewVerbs], ['matrix', '-o', 'yaml'], { EnvironmentMatrix: [matrix] })).out).toContain('target: sre/prod/acme/shop');
  });

  it('is told on stderr when it is nothing, and is an empty list for programs', async () => {
    expect(await runIn([viewVerbs], ['waiting'], { WaitingList: [[]] })).toMatchObject({ out: '', err: 'nothing waits', exit: 0 });
    expect(await runIn([getVerbs], ['get', 'plans', '-o', 'json'], { ListPlans: [[]] })).toMatchObject({ out: '[]', err: '' });
  });

  it('is the builder, in the form in which an admission lists whom it trusts', async () => {
    const builder = { builders: ['https://slipway.dev/builders/build/v1'], keys: [{ id: 'sha256:aa', publicKey: '-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n' }] };
    expect((await runIn([showVerbs], ['show', 'builder'], { ShowBuilder: [builder] })).out.split('\n')).toEqual([
      'builder  https://slipway.dev/builders/build/v1',
      'key      sha256:aa',
      '',
      '-----BEGIN PUBLIC KEY-----',
      'MCow',
      '-----END PUBLIC KEY-----',
    ]);
    expect(JSON.parse((await runIn([showVerbs], ['show', 'builder', '-o', 'json'], { ShowBuilder: [builder] })).out)).toEqual(builder);
  });

  it('passes on what it is asked for', async () => {
    const world = await runIn([getVerbs], ['get', 'candidates', '--application', 'shop'], { ListApplications: [[{ application: 'acme/shop' }]], ListCandidates: [[]] });
    expect(world.asked.at(-1)).toEqual({ type: 'ListCandidates', fields: { application: 'acme/shop' } });
  });

  it('is not found when there is none', async () => {
    expect(await runIn([showVerbs], ['show', 'candidate', 'acme/shop', '1.0.0-rc1'], { ShowCandidate: [null] })).toMatchObject({ exit: 5, out: '' });
    expect(await runIn([viewVerbs], ['timeline', 'acme/x'], { ReleaseTimeline: [[]] })).toMatchObject({ exit: 5 });
    expect(await runIn([auditVerbs], ['audit', 'trail', 'acme/x'], { AuditTrail: [[]] })).toMatchObject({ exit: 5 });
  });
});

describe('--watch', () => {
  it('shows an answer again when it has changed, over a restart of the service, until Ctrl-C', async () => {
    const interrupt = new AbortController();
    const end = { ...matrix[0], hold: null };
    const interrupted = (): AbortSignal => interrupt.signal;
    const shown: string[] = [];
    const out = (text: string): void => {
      shown.push(text);
      if (shown.length === 2) interrupt.abort();
    };
    const world = await runIn([viewVerbs], ['matrix', '--watch', '-o', 'json'], { EnvironmentMatrix: [matrix, matrix, new SlipwayError('UNAVAILABLE', 'query restarts'), [end]] }, { interrupted, out });
    expect(world.exit).toBe(0);
    expect(shown.map((text) => JSON.parse(text) as unknown)).toEqual([matrix, [end]]);
  });
});

describe('audit state', () => {
  const state = { events: 7, streams: 2, gaps: 0, first: 'a', last: 'b' };

  it('is exit code 1 when something is missing', async () => {
    expect((await runIn([auditVerbs], ['audit', 'state'], { AuditState: [state] })).exit).toBe(0);
    expect((await runIn([auditVerbs], ['audit', 'state'], { AuditState: [{ ...state, gaps: 1 }] })).exit).toBe(1);
  });
});

describe('rebuild', () => {
  const outcome = (service: string, after = 'sha256:a') => ({ service, events: 100, seconds: 0.5, eventsPerSecond: 200, before: 'sha256:a', after });

  it('shows speed and digests, of the services that are named', async () => {
    const { out, exit } = await runIn([rebuildVerbs], ['rebuild', 'query', 'audit'], { query: [outcome('query')], audit: [outcome('audit')] });
    expect(out.split('\n').slice(1)).toEqual(['query    100     0.50     200       a       a      yes', 'audit    100     0.50     200       a       a      yes']);
    expect(exit).toBe(0);
  });

  it('is exit code 1 when views come out different', async () => {
    const { out, exit } = await runIn([rebuildVerbs], ['rebuild', 'query', '-o', 'json'], { query: [outcome('query', 'sha256:b')] });
    expect(exit).toBe(1);
    expect(JSON.parse(out)).toMatchObject([{ service: 'query', equal: false }]);
  });
});

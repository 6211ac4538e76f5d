import { jsonEvent } from '@eventstore/db-client';
import { STREAMS } from '@slipway/kernel';
import { categoriesKeptApart } from './categories-kept-apart.js';
import { claimStreams } from './claim-streams.js';
import { claimEvent } from './claims.js';
import { newestMetadata } from './newest.js';
import { denied, GuardedServer, tried } from './rights.fixtures.js';
import { claimOf } from './rights.js';
import { collect, newEvent } from './testing.js';

const metadata = (data: Record<string, unknown>) => jsonEvent({ type: '$metadata', data });

/** What somebody writes before the owner does, to be let in as well or to hide history. */
const PLANTED: readonly [string, Record<string, unknown>][] = [
  ['of another service', { ...claimOf('build') }],
  ['that lets others in', { $acl: { ...(claimOf('planning') as { $acl: object }).$acl, $w: ['slipway-planning', 'slipway-build'] } }],
  ['that hides history', { ...claimOf('planning'), $maxCount: 1 }],
  ['that says nothing', {}],
];

describe('claims, on a server without stream policies', () => {
  let guarded: GuardedServer;
  const claimsOf = async (stream: string) => (await collect(guarded.as('operator').readStream(`$$${stream}`))).map(({ event }) => event!.data);

  beforeAll(async () => {
    guarded = await GuardedServer.start();
    await guarded.forgetPolicies();
    await guarded.client(guarded.administrator).appendToStream('release-of-before', tried());
    expect(await claimStreams(guarded.administrator)).toEqual([]);
  }, 30_000);
  afterAll(() => guarded.stop());

  it('are written by the owner with its first append, once', async () => {
    const planning = guarded.store('planning');
    await planning.append('release-one', [newEvent()], 'no-stream');
    await planning.append('release-one', [newEvent()], 0);
    expect(await claimsOf('release-one')).toEqual([claimOf('planning')]);
    expect(await collect(planning.read('release-one'))).toHaveLength(2);
    expect(await denied(guarded.as('build').appendToStream('release-one', tried()))).toBe(true);
  });

  it('keep the conflict of two that begin a stream', async () => {
    await expect(guarded.store('planning').append('release-one', [newEvent()], 'no-stream')).rejects.toThrow('not at the expected revision');
  });

  it('without an event, as after a crash, are found by the next try', async () => {
    await guarded.as('planning').appendToStream('$$release-crashed', claimEvent('planning'));
    await guarded.store('planning').append('release-crashed', [newEvent()], 'no-stream');
    expect(await claimsOf('release-crashed')).toEqual([claimOf('planning')]);
  });

  it('of replicas at once end in one first event', async () => {
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => guarded.store('planning').append('release-raced', [newEvent()], 'no-stream')));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ name: 'WrongExpectedRevision' });
    expect(await claimsOf('release-raced')).toEqual([claimOf('planning')]);
  });

  it.each(PLANTED)('%s are refused by the owner, and named by the set-up', async (what, data) => {
    const stream = `release-${what.replaceAll(' ', '-')}`;
    await guarded.as('build').appendToStream(`$$${stream}`, metadata(data));
    await expect(guarded.store('planning').append(stream, [newEvent()], 'no-stream')).rejects.toMatchObject({ code: 'STREAM_TAKEN', message: expect.stringContaining(stream) as string });
    expect(await collect(guarded.store('query').read(stream))).toEqual([]);
    expect(await claimStreams(guarded.administrator)).toContain(stream);
  });

  it('that the owner can not read are refused as well, and named', async () => {
    await guarded.as('build').appendToStream('$$release-hidden', metadata({ $acl: { $w: ['slipway-planning'], $mr: ['slipway-build'], $mw: ['$admins'] } }));
    await expect(guarded.store('planning').append('release-hidden', [newEvent()], 'no-stream')).rejects.toMatchObject({ type: 'access-denied' });
    expect(await claimStreams(guarded.administrator)).toContain('release-hidden');
  });

  it('that somebody put right again do not hide what was written before, and where nothing was they are as good as new', async () => {
    const build = guarded.as('build');
    const mine = metadata({ $acl: { $w: ['slipway-build'], $mw: ['slipway-build'] } });
    for (const stream of ['review-forged', 'review-freed']) await build.appendToStream(`$$${stream}`, mine);
    await build.appendToStream('review-forged', tried());
    for (const stream of ['review-forged', 'review-freed']) await build.appendToStream(`$$${stream}`, claimEvent('admission'));
    await guarded.store('admission').append('review-freed', [newEvent()], 'no-stream');
    const taken = await claimStreams(guarded.administrator);
    expect(taken).toContain('review-forged');
    expect(taken).not.toContain('review-freed');
  });

  it('of streams that were there before are written by the set-up', async () => {
    expect(await claimsOf('release-of-before')).toEqual([claimOf('planning')]);
    await guarded.store('planning').append('release-of-before', [newEvent()], 0);
  });

  it('stay when the server is set up again', async () => {
    const settings = () => collect(guarded.client(guarded.administrator).readStream('$settings'));
    const before = await settings();
    await guarded.setUp();
    await guarded.forgetPolicies();
    await claimStreams(guarded.administrator);
    expect(await settings()).toEqual(before);
    expect(await categoriesKeptApart(guarded.address)).toBe('claims');
  });

  it('end where policies begin, also for a service that runs', async () => {
    const services = Object.keys(STREAMS).map((service) => ({ store: guarded.store(service), prefix: STREAMS[service as keyof typeof STREAMS][0] }));
    for (const { store, prefix } of services) await store.append(`${prefix}before`, [newEvent()], 'no-stream');
    await guarded.setUp();
    for (const { store, prefix } of services) {
      await expect(store.append(`${prefix}after`, [newEvent()], 'no-stream')).rejects.toMatchObject({ name: 'WrongExpectedRevision' });
      await store.append(`${prefix}after`, [newEvent()], 'no-stream');
      expect(await newestMetadata(guarded.as('operator'), `${prefix}after`)).toBeUndefined();
    }
  });

  it('begin where policies end, also for a service that runs', async () => {
    const planning = guarded.store('planning');
    await planning.append('release-by-policies', [newEvent()], 'no-stream');
    await guarded.forgetPolicies();
    await planning.append('release-by-claims', [newEvent()], 'no-stream');
    expect(await claimsOf('release-by-claims')).toEqual([claimOf('planning')]);
    expect(await claimStreams(guarded.administrator)).not.toContain('release-by-policies');
    expect(await claimsOf('release-by-policies')).toEqual([claimOf('planning')]);
  });
});

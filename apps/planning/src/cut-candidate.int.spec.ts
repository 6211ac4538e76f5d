import { type CandidateCut, candidateStream, type CutCandidate } from '@slipway/planning';
import type { CommandAnswer } from '@slipway/kernel';
import { Applications } from './applications.js';
import { Candidates } from './candidates.js';
import { callBy, Planning } from './planning.fixtures.js';
import { Upstream } from './upstream.fixtures.js';

const application = 'shop/web';
const components = [{ name: 'server', recipe: { command: ['make'], outputs: ['out'] } }];

let planning: Planning;
let upstream: Upstream;
let first: string;

beforeEach(async () => {
  planning = await Planning.start();
  upstream = new Upstream();
  first = upstream.commit('README', 'one', 'Begin');
  await register(upstream.path);
});
afterEach(async () => {
  upstream.remove();
  await planning.stop();
});

const register = (repository: string) => planning.get(Applications).register({ application, repository, components }, callBy());
const cut = (command: Partial<CutCandidate> = {}, call = callBy()) => planning.get(Candidates).cut({ application, ...command }, call);
const cutOf = ({ events }: CommandAnswer) => (events[0] as CandidateCut).data;
const cuts = async () => ((await planning.facts(candidateStream(application))) as CandidateCut[]).map(({ data }) => data);

describe('CutCandidate', () => {
  it('records commit, changes, spec and author', async () => {
    const commit = { sha: first, author: 'Ada <ada@example.test>', subject: 'Begin', committedAt: expect.any(String) as string };
    expect(cutOf(await cut({}, callBy('person:carl')))).toEqual({
      application,
      candidate: '0.1.0-rc1',
      version: '0.1.0',
      number: 1,
      commit,
      origin: { kind: 'ref', ref: 'HEAD' },
      previous: null,
      changes: [commit],
      changeCount: 1,
      repository: upstream.path,
      components,
      author: 'person:carl',
    });
  });

  it('lists what came since the candidate before, newest first', async () => {
    await cut();
    const second = upstream.commit('README', 'two', 'Go on');
    const third = upstream.commit('README', 'three', 'Go further');
    const { candidate, previous, changes, changeCount } = cutOf(await cut());
    expect(candidate).toBe('0.1.0-rc2');
    expect(previous).toEqual({ candidate: '0.1.0-rc1', commit: first });
    expect(changes.map(({ sha }) => sha)).toEqual([third, second]);
    expect(changeCount).toBe(2);
  });

  it('takes a branch, a tag or an abbreviated commit', async () => {
    upstream.git('tag', '--annotate', '--message', 'one', 'v1', first);
    upstream.git('switch', '--quiet', '--create', 'release/1.8');
    const onBranch = upstream.commit('fix', 'x', 'Fix');
    upstream.git('switch', '--quiet', 'main');
    upstream.commit('README', 'two', 'Go on');
    expect(cutOf(await cut({ ref: 'release/1.8' })).commit.sha).toBe(onBranch);
    expect(cutOf(await cut({ ref: 'v1' })).commit.sha).toBe(first);
    expect(cutOf(await cut({ ref: onBranch.slice(0, 10) })).commit.sha).toBe(onBranch);
  });

  it('carries at most 1,000 changes, and says how many there are', async () => {
    upstream.commitMany(1_004);
    const { changes, changeCount } = cutOf(await cut());
    expect(changes).toHaveLength(1_000);
    expect(changes[0]?.subject).toBe('change 1004');
    expect(changeCount).toBe(1_005);
  });

  it('lists all the history when the application moved to another repository', async () => {
    await cut();
    const other = new Upstream();
    const begin = other.commit('README', 'new', 'Begin anew');
    await register(other.path);
    const { previous, changes } = cutOf(await cut());
    expect(previous?.commit).toBe(first);
    expect(changes.map(({ sha }) => sha)).toEqual([begin]);
    other.remove();
  });

  it('is refused without application, ref or repository, and leaves no event', async () => {
    await expect(cut({ application: 'shop/none' })).rejects.toMatchObject({ code: 'APPLICATION_NOT_FOUND' });
    await expect(cut({ ref: 'mian' })).rejects.toMatchObject({ code: 'REF_NOT_FOUND' });
    upstream.remove();
    await expect(cut()).rejects.toMatchObject({ code: 'REPOSITORY_UNREACHABLE' });
    expect(await cuts()).toEqual([]);
  });
});

describe('a repeated CutCandidate', () => {
  it('gets its first outcome without asking git', async () => {
    const call = callBy();
    const answer = await cut({}, call);
    upstream.remove();
    expect(await cut({}, call)).toEqual({ ...answer, repeated: true });
    expect(await cuts()).toHaveLength(1);
  });

  it('is refused with another body', async () => {
    const call = callBy();
    await cut({}, call);
    await expect(cut({ version: '2.0.0' }, call)).rejects.toMatchObject({ code: 'COMMAND_ID_REUSED' });
  });
});

describe('cuts at the same time', () => {
  it('get different numbers, in one line', async () => {
    await Promise.all([cut(), cut()]);
    expect((await cuts()).map(({ candidate, previous }) => [candidate, previous?.candidate])).toEqual([
      ['0.1.0-rc1', undefined],
      ['0.1.0-rc2', '0.1.0-rc1'],
    ]);
  });

  it('keep the commit that they resolved, though the branch moved before the second try', async () => {
    const append = jest.spyOn(planning.store, 'append').mockImplementationOnce(async (...args) => {
      upstream.commit('README', 'two', 'Go on');
      await cut();
      return planning.store.append(...args);
    });
    const { candidate, commit, changes } = cutOf(await cut());
    expect(append).toHaveBeenCalledTimes(4);
    expect(candidate).toBe('0.1.0-rc2');
    expect(commit.sha).toBe(first);
    expect(changes).toEqual([]);
  });
});

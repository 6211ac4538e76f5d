import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/kernel';
import { Mirror } from './mirror.js';
import { Upstream } from './upstream.fixture.js';

// Processes and disks are slow on a machine that is busy.
jest.setTimeout(30_000);

let upstream: Upstream;
let base: string;

beforeEach(() => {
  upstream = new Upstream();
  base = upstream.commit('Start', { 'a.txt': 'a\n', 'b.txt': 'b\n' });
});
afterEach(() => upstream.remove());

const open = async (folder = 'mirrors'): Promise<Mirror> => {
  const mirror = await Mirror.open(upstream.path(folder), upstream.url);
  await mirror.fetch();
  return mirror;
};
const inMirror = (...args: string[]): string => {
  const name = readdirSync(upstream.path('mirrors')).find((each) => each.endsWith('.git')) ?? '';
  return execFileSync('git', args, { cwd: join(upstream.path('mirrors'), name), encoding: 'utf8' }).trim();
};
const worktrees = (): string[] => readdirSync(upstream.path('mirrors')).filter((name) => name.startsWith('worktree-'));

describe('cherryPick', () => {
  it('puts the commits on the base, with their authors and Slipway as committer', async () => {
    upstream.commit('Not wanted', { 'c.txt': 'c\n' });
    const fixA = upstream.commit('Fix a', { 'a.txt': 'fixed\n' });
    const fixB = upstream.commit('Fix b', { 'b.txt': 'fixed\n' });
    const { commit, picks } = await (await open()).cherryPick({ base, commits: [fixA, fixB] });

    expect(picks).toEqual([{ from: fixA, as: expect.stringMatching(/^[0-9a-f]{40}$/) as string }, { from: fixB, as: commit }]);
    expect(inMirror('ls-tree', '--name-only', commit)).toBe('a.txt\nb.txt');
    expect(inMirror('log', '-1', '--format=%an <%ae> %cn <%ce> %ci', commit)).toBe('Ada <ada@example.com> Slipway <slipway@localhost> 2023-11-15 00:17:20 +0200');
    expect(inMirror('log', '-1', '--format=%B', commit)).toBe(`Fix b\n\n(cherry picked from commit ${fixB})`);
    expect(inMirror('rev-parse', `${commit}~2`)).toBe(base);
  });

  it('gives the same commit for the same request, in any mirror', async () => {
    const fix = upstream.commit('Fix', { 'a.txt': 'fixed\n' });
    const other = upstream.commit('Other', { 'b.txt': 'other\n' });
    const one = await (await open()).cherryPick({ base, commits: [other, fix] });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(await (await open('others')).cherryPick({ base, commits: [other, fix] })).toEqual(one);
  });

  it('picks a merge against its first parent', async () => {
    upstream.git('checkout', '--quiet', '-b', 'side', base);
    upstream.commit('Side', { 'side.txt': 'side\n' });
    upstream.git('checkout', '--quiet', 'main');
    upstream.commit('Main', { 'main.txt': 'main\n' });
    upstream.git('merge', '--quiet', '--no-ff', '-m', 'Merge side', 'side');
    const { commit } = await (await open()).cherryPick({ base, commits: [upstream.git('rev-parse', 'HEAD')] });
    expect(inMirror('ls-tree', '--name-only', commit)).toBe('a.txt\nb.txt\nside.txt');
  });

  it('names every conflicting file and the commit, and leaves nothing half done', async () => {
    const good = upstream.commit('Good', { 'c.txt': 'c\n' });
    upstream.commit('Before', { 'a.txt': 'other\n', 'b.txt': 'other\n' });
    const bad = upstream.commit('Change both', { 'a.txt': 'more\n', 'b.txt': 'more\n' });
    const mirror = await open();
    const refs = inMirror('for-each-ref');

    const failure: unknown = await mirror.cherryPick({ base, commits: [good, bad] }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SlipwayError);
    expect(failure).toMatchObject({
      code: 'CHERRY_PICK_CONFLICT',
      reasons: ['a.txt', 'b.txt'].map((at) => ({ code: 'CHERRY_PICK_CONFLICT', message: `commit ${bad.slice(0, 12)} (Change both) conflicts in ${at}`, at })),
    });
    expect(inMirror('for-each-ref')).toBe(refs);
    expect(worktrees()).toEqual([]);
    expect(inMirror('worktree', 'list').split('\n')).toHaveLength(1);
  });

  it('tells a conflict in a deleted file too', async () => {
    upstream.commit('Add', { 'new.txt': 'new\n' });
    const change = upstream.commit('Change', { 'new.txt': 'changed\n' });
    await expect((await open()).cherryPick({ base, commits: [change] })).rejects.toMatchObject({ code: 'CHERRY_PICK_CONFLICT', reasons: [{ at: 'new.txt' }] });
  });

  it('refuses a pick that changes nothing', async () => {
    const fix = upstream.commit('Fix', { 'a.txt': 'fixed\n' });
    const empty = upstream.commit('Nothing', {});
    const mirror = await open();
    await expect(mirror.cherryPick({ base: fix, commits: [fix] })).rejects.toMatchObject({ code: 'CHERRY_PICK_EMPTY', message: expect.stringContaining('(Fix)') as string });
    await expect(mirror.cherryPick({ base, commits: [empty] })).rejects.toMatchObject({ code: 'CHERRY_PICK_EMPTY' });
  });

  it('removes what was left a day ago by a process that was killed, and nothing younger', async () => {
    const mirror = await open();
    const [old, young] = ['worktree-old', 'worktree-young'].map((name) => upstream.path(`mirrors/${name}`)) as [string, string];
    for (const folder of [old, young]) mkdirSync(folder);
    utimesSync(old, 1, 1);
    expect(await mirror.cherryPick({ base, commits: [] })).toEqual({ commit: base, picks: [] });
    expect([old, young].map((folder) => existsSync(folder))).toEqual([false, true]);
  });

  it('does not know commits that are not there, nor options', async () => {
    const mirror = await open();
    await expect(mirror.cherryPick({ base, commits: ['0'.repeat(40)] })).rejects.toMatchObject({ code: 'REF_NOT_FOUND' });
    await expect(mirror.cherryPick({ base, commits: ['--abort'] })).rejects.toMatchObject({ code: 'REF_NOT_FOUND' });
  });

  it('can be published and is then seen by other mirrors', async () => {
    const fix = upstream.commit('Fix', { 'a.txt': 'fixed\n' });
    const mirror = await open();
    const { commit } = await mirror.cherryPick({ base, commits: [fix] });
    await mirror.fetch();
    await mirror.publish(commit, 'refs/slipway/candidates/1.0.0-rc2');
    expect(await (await open('others')).has(commit)).toBe(true);
  });
});

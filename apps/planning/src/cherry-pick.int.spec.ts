import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CandidateCut, candidateStream, type CherryPick } from '@slipway/planning';
import type { CommandAnswer } from '@slipway/kernel';
import { Applications } from './applications.js';
import { candidateRef } from './candidate-ref.js';
import { Candidates } from './candidates.js';
import { callBy, Planning } from './planning.fixtures.js';
import { Upstream } from './upstream.fixtures.js';

const application = 'shop/web';

let planning: Planning;
let upstream: Upstream;
let base: string;
let fix: string;

/** rc1 is cut; then the mainline gets a feature that rewrites a file, and a fix in another one. */
beforeEach(async () => {
  planning = await Planning.start();
  upstream = new Upstream();
  base = upstream.commit('page', 'old\n', 'Begin');
  const components = [{ name: 'server', recipe: { command: ['make'], outputs: ['out'] } }];
  await planning.get(Applications).register({ application, repository: upstream.path, components }, callBy());
  await planning.get(Candidates).cut({ application, version: '1.8.0' }, callBy());
  upstream.commit('page', 'new\n', 'Rewrite the page');
  fix = upstream.commit('style', 'fixed\n', 'Fix the style');
});
afterEach(async () => {
  upstream.remove();
  await planning.stop();
});

const pick = (command: Partial<CherryPick> = {}, call = callBy()) =>
  planning.get(Candidates).cherryPick({ application, candidate: '1.8.0-rc1', commits: ['HEAD'], ...command }, call);
const cutOf = ({ events }: CommandAnswer) => (events[0] as CandidateCut).data;
const candidates = async () => ((await planning.facts(candidateStream(application))) as CandidateCut[]).map(({ data }) => data.candidate);

describe('CherryPick', () => {
  it('makes the next candidate of the version, on the base\'s commit', async () => {
    const { candidate, commit, origin, previous, changes } = cutOf(await pick());
    expect(candidate).toBe('1.8.0-rc2');
    expect(origin).toEqual({ kind: 'cherryPick', base: '1.8.0-rc1', picks: [{ from: fix, as: commit.sha }] });
    expect(previous).toEqual({ candidate: '1.8.0-rc1', commit: base });
    expect(changes).toEqual([commit]);
    expect(commit).toMatchObject({ author: 'Ada <ada@example.test>', subject: 'Fix the style' });
    expect(upstream.published()).toEqual({ [candidateRef(candidate, commit.sha)]: commit.sha });
    expect(upstream.git('show', `${commit.sha}:page`)).toBe('old');
    expect(upstream.git('show', `${commit.sha}:style`)).toBe('fixed');
  });

  it('goes on from a picked candidate, also when the mirror was thrown away', async () => {
    await pick();
    rmSync(join(planning.data, 'mirrors'), { recursive: true });
    const more = upstream.commit('more', 'more', 'Fix more');
    const { candidate, origin, changes } = cutOf(await pick({ candidate: '1.8.0-rc2', commits: [more.slice(0, 12)] }));
    expect(candidate).toBe('1.8.0-rc3');
    expect(origin).toMatchObject({ base: '1.8.0-rc2', picks: [{ from: more }] });
    expect(changes.map(({ subject }) => subject)).toEqual(['Fix more']);
  });
});

describe('a CherryPick that does not succeed', () => {
  it('names the files in conflict, and leaves no event, no ref and no worktree', async () => {
    const clash = upstream.commit('page', 'newer\n', 'Change the page again');
    await expect(pick({ commits: [fix, clash] })).rejects.toMatchObject({ code: 'CHERRY_PICK_CONFLICT', reasons: [{ at: 'page' }] });
    await expectNothingHappened();
    for (const mirror of mirrors()) expect(upstream.git('--git-dir', mirror, 'worktree', 'list').split('\n')).toHaveLength(1);
  });

  it('needs an application, a base, and commits that exist and change something', async () => {
    await expect(pick({ application: 'shop/none' })).rejects.toMatchObject({ code: 'APPLICATION_NOT_FOUND' });
    await expect(pick({ candidate: '1.8.0-rc7' })).rejects.toMatchObject({ code: 'CANDIDATE_NOT_FOUND' });
    await expect(pick({ commits: ['no-such-branch'] })).rejects.toMatchObject({ code: 'REF_NOT_FOUND' });
    await expect(pick({ commits: [fix, fix] })).rejects.toMatchObject({ code: 'CHERRY_PICK_EMPTY' });
    await expectNothingHappened();
  });

  it('records no candidate that the upstream refused to keep', async () => {
    writeFileSync(join(upstream.path, '.git/hooks/pre-receive'), '#!/bin/sh\necho "closed today"\nexit 1\n', { mode: 0o755 });
    await expect(pick()).rejects.toMatchObject({ code: 'GIT_PUSH_REFUSED' });
    await expectNothingHappened();
  });

  const mirrors = (): string[] => {
    const root = join(planning.data, 'mirrors');
    return readdirSync(root).filter((name) => name.endsWith('.git')).map((name) => join(root, name));
  };

  async function expectNothingHappened(): Promise<void> {
    expect(await candidates()).toEqual(['1.8.0-rc1']);
    expect(upstream.published()).toEqual({});
  }
});

describe('a repeated CherryPick', () => {
  it('gets its first outcome', async () => {
    const call = callBy();
    const answer = await pick({}, call);
    expect(await pick({}, call)).toEqual({ ...answer, repeated: true });
    expect(Object.keys(upstream.published())).toHaveLength(1);
  });

  it('finishes what a crash between publication and event left', async () => {
    const call = callBy();
    jest.spyOn(planning.store, 'append').mockRejectedValueOnce(new Error('power cut'));
    await expect(pick({}, call)).rejects.toThrow('power cut');
    const left = upstream.published();
    const { candidate, commit } = cutOf(await pick({}, call));
    expect(candidate).toBe('1.8.0-rc2');
    expect(upstream.published()).toEqual(left);
    expect(Object.values(left)).toEqual([commit.sha]);
  });
});

describe('a CherryPick whose number was taken meanwhile', () => {
  it('gets the next one, and is published under it', async () => {
    jest.spyOn(planning.store, 'append').mockImplementationOnce(async (...args) => {
      await planning.get(Candidates).cut({ application }, callBy());
      return planning.store.append(...args);
    });
    const { candidate, commit } = cutOf(await pick());
    expect(candidate).toBe('1.8.0-rc3');
    expect(upstream.published()[candidateRef('1.8.0-rc3', commit.sha)]).toBe(commit.sha);
  });

  it('is not stopped by the other, when both publish the same name', async () => {
    const other = upstream.commit('more', 'more', 'Fix more');
    const answers = await Promise.all([pick({ commits: [fix] }), pick({ commits: [other] })]);
    for (const { candidate, commit } of answers.map(cutOf)) expect(upstream.published()[candidateRef(candidate, commit.sha)]).toBe(commit.sha);
    expect(await candidates()).toEqual(['1.8.0-rc1', '1.8.0-rc2', '1.8.0-rc3']);
  });
});

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { GitCommitStep } from '@slipway/deployment/contract';
import { Bench, spec } from './steps.fixtures.js';

let bench: Bench;
let repository: string;

const git = (...args: string[]): string => execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8' }).trim();

beforeEach(async () => {
  bench = await Bench.open();
  repository = join(bench.root, 'environments');
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', repository]);
  git('-c', 'user.name=Ann', '-c', 'user.email=ann@example.org', 'commit', '--quiet', '--allow-empty', '-m', 'Begin');
  // A branch that is checked out cannot be pushed to.
  git('checkout', '--quiet', '--detach');
});
afterEach(() => bench.dispose());

const write = (more: Partial<GitCommitStep> = {}): GitCommitStep => ({
  name: 'publish',
  type: 'git.commit',
  repository,
  branch: 'main',
  path: 'live/shop.yaml',
  content: 'image: sha256:abc\n',
  ...more,
});

it('pushes the content, and says in the commit what deployed it', async () => {
  const { output } = await bench.run(write());
  expect(output).toEqual({ commit: git('rev-parse', 'main'), changed: 'true' });
  expect(git('show', 'main:live/shop.yaml')).toBe('image: sha256:abc');
  expect(git('log', '-1', '--format=%B', 'main')).toBe(
    `Deploy acme/shop 1.0.0-rc1 to live\n\nDeployment: live-1\nSnapshot: ${spec.snapshot.digest}`,
  );
});

it('makes no second commit of the same content', async () => {
  const first = await bench.run(write());
  expect((await bench.run(write())).output).toEqual({ commit: first.output['commit'], changed: 'false' });
});

it.each([
  ['the branch is not there', { branch: 'none' }, 'REF_NOT_FOUND'],
  ['the repository is not there', { repository: '/nowhere' }, 'REPOSITORY_UNREACHABLE'],
])('fails when %s', async (_, more, code) => {
  expect((await bench.failure(write(more))).code).toBe(code);
});

it('does not begin after the signal', async () => {
  bench.stopping.abort(new Error('stopping'));
  await expect(bench.run(write())).rejects.toThrow('stopping');
  expect(git('log', '--format=%s', 'main')).toBe('Begin');
});

import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gitEnvironment } from './git-environment.js';
import { Mirror } from './mirror.js';
import { openRepository } from './open-repository.js';
import { Upstream } from './upstream.fixture.js';

// What a repository can bring along that would run as us, or make git ask. `marker` is what it would write.
jest.setTimeout(30_000);

let upstream: Upstream;
let marker: string;
let mirrors: string;

beforeEach(() => {
  upstream = new Upstream();
  marker = upstream.path('marker');
  mirrors = upstream.path('mirrors');
});
afterEach(() => {
  jest.restoreAllMocks();
  upstream.remove();
});

const touch = (): string => `touch ${marker}`;

function hook(folder: string, name: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\n${touch()}\n`);
  chmodSync(join(folder, name), 0o755);
}

const open = async (): Promise<Mirror> => {
  const mirror = await Mirror.open(mirrors, upstream.url);
  await mirror.fetch();
  return mirror;
};

it.each(['post-checkout', 'reference-transaction', 'post-index-change', 'prepare-commit-msg', 'post-commit', 'pre-push'])('a %s hook in the mirror does not run', async (name) => {
  const base = upstream.commit('Begin', { 'a.txt': 'a\n' });
  const fix = upstream.commit('Fix', { 'b.txt': 'b\n' });
  upstream.git('checkout', '--quiet', '-b', 'other', base);
  const { directory } = await openRepository(mirrors, upstream.url);
  hook(join(directory, 'hooks'), name);
  const mirror = await open();
  await mirror.checkout(fix, upstream.path('checkout'));
  const other = upstream.commit('Other', { 'c.txt': 'c\n' });
  await mirror.fetch();
  await mirror.publish((await mirror.cherryPick({ base: other, commits: [fix] })).commit, 'refs/slipway/candidates/1.0.0-rc2');
  expect(existsSync(marker)).toBe(false);
});

describe('a repository on this machine that is another user\'s', () => {
  beforeEach(() => {
    // As if we were somebody else: nobody but root could give the files away.
    jest.spyOn(process, 'getuid').mockReturnValue(54_321);
  });

  it.each(['pre-receive', 'update', 'post-receive', 'post-update', 'reference-transaction'])('does not run its %s hook as us', async (name) => {
    const commit = upstream.commit('Begin', { 'a.txt': 'a\n' });
    const mirror = await open();
    hook(join(upstream.url, '.git/hooks'), name);
    await mirror.publish(commit, 'refs/slipway/candidates/1.0.0-rc1');
    expect(upstream.git('rev-parse', 'refs/slipway/candidates/1.0.0-rc1')).toBe(commit);
    expect(existsSync(marker)).toBe(false);
  });

  it('does not either by settings that it includes', async () => {
    const commit = upstream.commit('Begin', { 'a.txt': 'a\n' });
    hook(upstream.path('evil'), 'pre-receive');
    hook(upstream.path('evil'), 'fsmonitor');
    const evil = `[core]\n\thooksPath = ${upstream.path('evil')}\n\tfsmonitor = ${upstream.path('evil/fsmonitor')}\n\talternateRefsCommand = ${touch()};\n[uploadpack]\n\tpackObjectsHook = ${touch()};\n`;
    writeFileSync(upstream.path('evil/config'), evil);
    appendFileSync(join(upstream.url, '.git/config'), `[include]\n\tpath = ${upstream.path('evil/config')}\n`);
    writeFileSync(join(upstream.url, '.git/objects/info/alternates'), `${upstream.url}/.git/objects\n`);
    const mirror = await open();
    await mirror.publish(commit, 'refs/slipway/candidates/1.0.0-rc1');
    expect(existsSync(marker)).toBe(false);
  });
});

it('its own hooks run where it is ours: whoever could write them is us', async () => {
  const commit = upstream.commit('Begin', { 'a.txt': 'a\n' });
  hook(join(upstream.url, '.git/hooks'), 'pre-receive');
  await (await open()).publish(commit, 'refs/slipway/candidates/1.0.0-rc1');
  expect(existsSync(marker)).toBe(true);
});

it.each<[string, () => string]>([
  ['ext', () => `ext::sh -c ${touch().replace(' ', '% ')}`],
  ['ext, in other letters', () => `EXT::sh -c ${touch().replace(' ', '% ')}`],
  ['a helper of its own', () => 'evil::x'],
  ['fd', () => 'fd::17'],
  ['http, without TLS', () => 'http://127.0.0.1:9/x.git'],
  ['git, without anything', () => 'git://127.0.0.1:9/x.git'],
  ['an option for ssh', () => `ssh://-oProxyCommand=${touch().replace(' ', '%20')}/x`],
  ['an option for ssh, scp-like', () => `-oProxyCommand=${touch()}:x`],
])('a URL of the kind %s is not fetched', async (_, url) => {
  const mirror = await Mirror.open(mirrors, url());
  await expect(mirror.fetch()).rejects.toMatchObject({ code: expect.stringMatching(/REPOSITORY_UNREACHABLE|GIT_FAILED/) as string });
  expect(existsSync(marker)).toBe(false);
});

it('filters, merge and diff drivers that a repository names do not run, and submodules are not fetched', async () => {
  upstream.commit('Begin', { 'a.txt': 'a\n' });
  upstream.write({
    '.gitattributes': '* filter=evil merge=evil diff=evil\n',
    '.gitmodules': `[submodule "m"]\n\tpath = m\n\turl = ext::sh -c ${touch().replace(' ', '% ')}\n`,
  });
  const base = upstream.git('rev-parse', 'HEAD');
  const blob = (text: string) => upstream.gitWith(text, 'hash-object', '-w', '--stdin', '--no-filters');
  const tree = (a: string) =>
    upstream.gitWith(
      [`100644 blob ${blob(readFileSync(join(upstream.url, '.gitattributes'), 'utf8'))}\t.gitattributes`, `100644 blob ${blob(readFileSync(join(upstream.url, '.gitmodules'), 'utf8'))}\t.gitmodules`, `100644 blob ${blob(a)}\ta.txt`, `160000 commit ${base}\tm`, ''].join('\n'),
      'mktree',
    );
  const commit = (text: string, parent: string) => upstream.git('commit-tree', tree(text), '-p', parent, '-m', text.trim());
  const evil = commit('evil\n', base);
  const [left, right] = [commit('left\n', evil), commit('right\n', evil)];
  upstream.git('update-ref', 'refs/heads/left', left);
  upstream.git('update-ref', 'refs/heads/right', right);
  for (const driver of ['filter.evil.smudge', 'filter.evil.clean', 'filter.evil.process', 'merge.evil.driver', 'diff.evil.command', 'diff.evil.textconv']) upstream.git('config', driver, touch());
  upstream.git('config', 'core.fsmonitor', touch());

  const mirror = await open();
  await mirror.checkout(evil, upstream.path('checkout'));
  expect(readFileSync(upstream.path('checkout/a.txt'), 'utf8')).toBe('evil\n');
  await expect(mirror.cherryPick({ base: left, commits: [right] })).rejects.toMatchObject({ code: 'CHERRY_PICK_CONFLICT' });
  expect(existsSync(marker)).toBe(false);
});

it('nothing asks: no terminal, no program, no helper', () => {
  const environment = gitEnvironment('/dev/null', 'https://example.org/a.git');
  expect(environment).toMatchObject({ GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '', SSH_ASKPASS: '', GIT_SSH_COMMAND: 'ssh -o BatchMode=yes', GIT_CONFIG_NOSYSTEM: '1', GIT_ATTR_NOSYSTEM: '1' });
  expect(Object.values(environment)).toEqual(expect.arrayContaining(['credential.helper', 'core.hooksPath', 'core.fsmonitor']));
});

it('settings and hooks of the user and the machine have no say', async () => {
  const home = upstream.path('home');
  mkdirSync(home);
  writeFileSync(join(home, '.gitconfig'), `[core]\n\thooksPath = ${upstream.path('evil')}\n[init]\n\ttemplateDir = ${upstream.path('template')}\n`);
  hook(upstream.path('evil'), 'post-checkout');
  hook(upstream.path('template/hooks'), 'post-checkout');
  const before = process.env['HOME'];
  process.env['HOME'] = home;
  try {
    const commit = upstream.commit('Begin', { 'a.txt': 'a\n' });
    await (await open()).checkout(commit, upstream.path('checkout'));
  } finally {
    process.env['HOME'] = before;
  }
  expect(existsSync(marker)).toBe(false);
});

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Mirror } from './mirror.js';
import { openRepository } from './open-repository.js';
import { Upstream } from './upstream.fixture.js';

// Processes and disks are slow on a machine that is busy.
jest.setTimeout(30_000);

let upstream: Upstream;
let first: string;
let second: string;

beforeEach(() => {
  upstream = new Upstream();
  first = upstream.commit('Start the shop', { 'shop.txt': 'shop\n' });
  upstream.git('tag', '-a', 'v1.0.0', '-m', 'first');
  second = upstream.commit('Add a cart', { 'src/cart.txt': 'cart\n' });
  upstream.git('branch', 'feature/pay');
});
afterEach(() => upstream.remove());

const open = async (url = upstream.url): Promise<Mirror> => {
  const mirror = await Mirror.open(upstream.path('mirrors'), url);
  await mirror.fetch();
  return mirror;
};

describe('resolve', () => {
  it('knows HEAD, branches, tags, refs and commits', async () => {
    const mirror = await open();
    expect(await mirror.resolve('HEAD', 'main')).toBe(second);
    expect(await mirror.resolve('feature/pay', 'main')).toBe(second);
    expect(await mirror.resolve('v1.0.0', 'main')).toBe(first);
    expect(await mirror.resolve('refs/tags/v1.0.0', 'main')).toBe(first);
    expect(await mirror.resolve(first, 'main')).toBe(first);
    expect(await mirror.resolve(first.slice(0, 8), 'main')).toBe(first);
  });

  it.each([
    ['v1.0.1', 'there is no v1.0.1: tried a branch, a tag; close to it: v1.0.0'],
    ['HEAD', 'there is no mian: tried the mainline mian; close to it: main'],
    ['f'.repeat(40), `there is no ${'f'.repeat(40)}: tried a commit`],
    ['fffffff', 'there is no fffffff: tried a branch, a tag, an abbreviated commit'],
    ['--all', '"--all" is not the name of a branch, a tag or a commit'],
    ['main~1', '"main~1" is not the name of a branch, a tag or a commit'],
  ])('says about %s what was tried', async (ref, message) => {
    await expect((await open()).resolve(ref, 'mian')).rejects.toMatchObject({ code: 'REF_NOT_FOUND', message });
  });

  it('wants more digits of an abbreviation of several commits', async () => {
    const commits = Array.from({ length: 1_500 }, (_, mark) => `commit refs/heads/many\nmark :${mark + 1}\ncommitter Ada <ada@example.com> ${mark} +0000\ndata 0\n\n`);
    upstream.gitWith(commits.join(''), 'fast-import', '--quiet');
    const heads = upstream.git('rev-list', 'many').split('\n').map((sha) => sha.slice(0, 4)).sort();
    const twice = heads.find((head, index) => head === heads[index + 1]) ?? '';
    await expect((await open()).resolve(twice, 'main')).rejects.toThrow(`objects begin with ${twice}: give more digits`);
  });

  it('refuses a tag of something else than a commit', async () => {
    upstream.git('tag', 'tree', 'HEAD^{tree}');
    await expect((await open()).resolve('tree', 'main')).rejects.toMatchObject({ code: 'REF_NOT_FOUND' });
  });
});

describe('fetch', () => {
  it('follows the upstream, also in what was deleted or moved back', async () => {
    const mirror = await open();
    upstream.git('branch', '--delete', '--force', 'feature/pay');
    upstream.git('reset', '--quiet', '--hard', first);
    upstream.git('update-ref', 'refs/slipway/candidates/1.0.0-rc1', second);
    await mirror.fetch();
    expect(await mirror.resolve('HEAD', 'main')).toBe(first);
    expect(await mirror.resolve('refs/slipway/candidates/1.0.0-rc1', 'main')).toBe(second);
    await expect(mirror.resolve('feature/pay', 'main')).rejects.toMatchObject({ code: 'REF_NOT_FOUND' });
  });

  it('can be asked for by several at once, and for an empty repository', async () => {
    const mirrors = await Promise.all([1, 2, 3].map(() => open()));
    expect(await Promise.all(mirrors.map((mirror) => mirror.has(second)))).toEqual([true, true, true]);
    expect(readdirSync(upstream.path('mirrors')).filter((name) => name.endsWith('.git'))).toHaveLength(1);
    await open(upstream.path('mirrors/' + readdirSync(upstream.path('mirrors')).find((name) => name.endsWith('.git'))));
  });

  it('gets over the lock file of a fetch that was killed', async () => {
    const mirror = await open();
    const bare = readdirSync(upstream.path('mirrors')).find((name) => name.endsWith('.git')) ?? '';
    writeFileSync(join(upstream.path('mirrors'), bare, 'refs/heads/main.lock'), '');
    const third = upstream.commit('Go on', {});
    await mirror.fetch();
    expect(await mirror.resolve('HEAD', 'main')).toBe(third);
  });

  it('reads a repository that somebody else owns', async () => {
    const git = await openRepository(upstream.path('mirrors'), upstream.url);
    // git's own switch, which makes every repository look like somebody else's; only root could give it away for real
    const environment = { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' };
    expect(await git.text(['ls-remote', 'upstream', 'HEAD'], { environment })).toBe(`${second}\tHEAD`);
    const strict = git.text(['ls-remote', 'upstream', 'HEAD'], { environment: { ...environment, GIT_CONFIG_GLOBAL: '/dev/null' } });
    await expect(strict).rejects.toThrow('dubious ownership');
  });

  it.each([
    ['a folder that is not there', '/no/such/repository'],
    ['a host that is not there', 'https://bot:s3cret@localhost:1/a.git'],
    ['a protocol that runs commands', 'ext::sh -c "touch /tmp/slipway-pwned"'],
    ['a protocol that is not allowed', 'git://localhost:1/a.git'],
  ])('says that the repository is unreachable for %s', async (_what, url) => {
    const failure: unknown = await open(url).then(() => undefined, (error: unknown) => error);
    expect(failure).toMatchObject({ code: 'REPOSITORY_UNREACHABLE' });
    expect(String(failure)).not.toContain('s3cret');
    expect(existsSync('/tmp/slipway-pwned')).toBe(false);
  });
});

describe('commits', () => {
  it('are described', async () => {
    expect(await (await open()).commit(second)).toEqual({
      sha: second,
      author: 'Ada <ada@example.com>',
      subject: 'Add a cart',
      committedAt: '2023-11-14T22:15:20.000Z',
    });
  });

  it('are listed newest first, with the number of all', async () => {
    const third = upstream.commit('Third', {});
    const mirror = await open();
    expect((await mirror.log(first, third, 10)).commits.map(({ subject }) => subject)).toEqual(['Third', 'Add a cart']);
    expect(await mirror.log(null, third, 1)).toMatchObject({ commits: [{ sha: third }], total: 3 });
    expect(await mirror.log(third, third, 10)).toEqual({ commits: [], total: 0 });
  });

  it('that are unknown or look like options are not found', async () => {
    const mirror = await open();
    expect(await mirror.has('0'.repeat(40))).toBe(false);
    expect(await mirror.has('--help')).toBe(false);
    await expect(mirror.commit('--output=x')).rejects.toMatchObject({ code: 'REF_NOT_FOUND' });
    await expect(mirror.log('--all', second, 1)).rejects.toMatchObject({ code: 'REF_NOT_FOUND' });
    await expect(mirror.log(null, '0'.repeat(40), 1)).rejects.toMatchObject({ code: 'REF_NOT_FOUND' });
  });
});

describe('publish', () => {
  const ref = 'refs/slipway/candidates/1.0.0-rc1';

  it('makes the ref once', async () => {
    const mirror = await open();
    await mirror.publish(first, ref);
    await mirror.publish(first, ref);
    expect(upstream.git('rev-parse', ref)).toBe(first);
  });

  it('does not move a ref, not even forward', async () => {
    const mirror = await open();
    await mirror.publish(first, ref);
    await expect(mirror.publish(second, ref)).rejects.toMatchObject({ code: 'GIT_PUSH_REFUSED', message: expect.stringContaining(`it is ${first} already`) as string });
    expect(upstream.git('rev-parse', ref)).toBe(first);
  });

  it("hands on what the upstream's hook says", async () => {
    writeFileSync(join(upstream.url, '.git/hooks/pre-receive'), '#!/bin/sh\necho "releases are frozen"\nexit 1\n', { mode: 0o755 });
    const mirror = await open();
    await expect(mirror.publish(first, ref)).rejects.toMatchObject({
      code: 'GIT_PUSH_REFUSED',
      message: `${ref} was not pushed: [remote rejected] (pre-receive hook declined): releases are frozen`,
    });
  });

  it.each(['--delete', 'main', 'refs/heads/a b'])('does not take %j for a ref', async (bad) => {
    await expect((await open()).publish(first, bad)).rejects.toMatchObject({ code: 'GIT_PUSH_REFUSED' });
  });
});

describe('checkout', () => {
  it('gives the files without a way back to the mirror, and removes them', async () => {
    const mirror = await open();
    const checkout = await mirror.checkout(second, upstream.path('checkout'));
    expect(readdirSync(checkout.directory).sort()).toEqual(['shop.txt', 'src']);
    expect(readFileSync(join(checkout.directory, 'src/cart.txt'), 'utf8')).toBe('cart\n');
    await checkout.dispose();
    expect(existsSync(checkout.directory)).toBe(false);
  });

  it('leaves alone a folder that holds something', async () => {
    const mirror = await open();
    await expect(mirror.checkout(second, upstream.url)).rejects.toMatchObject({ code: 'GIT_FAILED' });
    expect(existsSync(join(upstream.url, 'shop.txt'))).toBe(true);
  });
});

import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commitFile, type CommitFile } from './commit-file.js';
import { Upstream } from './upstream.fixture.js';

// Processes and disks are slow on a machine that is busy.
jest.setTimeout(30_000);

let upstream: Upstream;

beforeEach(() => {
  upstream = new Upstream();
  upstream.commit('Start', { 'prod/shop.yaml': 'image: none\n' });
  symlinkSync('/etc', join(upstream.url, 'link'));
  upstream.commit('Link', {});
  // A branch that is checked out cannot be pushed to.
  upstream.git('checkout', '--quiet', '--detach');
});
afterEach(() => upstream.remove());

const commit = (more: Partial<CommitFile> = {}) =>
  commitFile({
    url: upstream.url,
    branch: 'main',
    path: 'prod/shop.yaml',
    content: () => 'image: sha256:abc\n',
    message: 'Deploy shop 1.8.0-rc2 to prod',
    author: 'Slipway deployment <deployment@localhost>',
    workRoot: upstream.path('work'),
    ...more,
  });

describe('commitFile', () => {
  it('changes the file on the branch and keeps the rest', async () => {
    const result = await commit({ content: (previous) => `${previous}tag: new\n` });
    expect(result).toEqual({ commit: upstream.git('rev-parse', 'main'), changed: true });
    expect(upstream.git('show', 'main:prod/shop.yaml')).toBe('image: none\ntag: new');
    expect(upstream.git('log', '-1', '--format=%an <%ae>, %cn, %s', 'main')).toBe('Slipway deployment <deployment@localhost>, Slipway, Deploy shop 1.8.0-rc2 to prod');
    expect(upstream.git('ls-tree', '--name-only', 'main')).toBe('link\nprod');
  });

  it('makes a new file and its folders', async () => {
    const seen: (string | undefined)[] = [];
    await commit({ path: 'stage/eu/shop.yaml', content: (previous) => (seen.push(previous), 'new\n') });
    expect(seen).toEqual([undefined]);
    expect(upstream.git('show', 'main:stage/eu/shop.yaml')).toBe('new');
  });

  it('makes no commit when nothing changes', async () => {
    const { commit: made } = await commit();
    expect(await commit()).toEqual({ commit: made, changed: false });
  });

  it('goes on top of what others push in between', async () => {
    let calls = 0;
    const result = await commit({
      content: (previous) => {
        if (++calls === 1) {
          upstream.git('checkout', '--quiet', 'main');
          upstream.commit('Somebody else', { 'prod/shop.yaml': 'image: theirs\n' });
          upstream.git('checkout', '--quiet', '--detach');
        }
        return `${previous}ours\n`;
      },
    });
    expect(result.changed).toBe(true);
    expect(upstream.git('show', 'main:prod/shop.yaml')).toBe('image: theirs\nours');
  });

  it('gives up when others are faster three times', async () => {
    let calls = 0;
    const content = (): string => {
      upstream.git('checkout', '--quiet', 'main');
      upstream.commit('Somebody else', { 'other.txt': String(++calls) });
      upstream.git('checkout', '--quiet', '--detach');
      return 'ours\n';
    };
    await expect(commit({ content })).rejects.toMatchObject({ code: 'GIT_PUSH_REFUSED', message: expect.stringContaining('others were faster 3 times') as string });
    expect(calls).toBe(3);
  });

  it('lets many of our own through', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    await Promise.all(names.map((name) => commit({ path: `prod/${name}.yaml`, content: () => name })));
    expect(upstream.git('ls-tree', '--name-only', 'main:prod')).toBe([...names.map((name) => `${name}.yaml`), 'shop.yaml'].join('\n'));
  });

  it('hands on a refusal at once', async () => {
    writeFileSync(join(upstream.url, '.git/hooks/update'), '#!/bin/sh\necho "sign it first"\nexit 1\n', { mode: 0o755 });
    await expect(commit()).rejects.toMatchObject({ code: 'GIT_PUSH_REFUSED', message: expect.stringContaining('sign it first') as string });
  });

  it.each(['../out', '/etc/passwd', 'a//b', './a', '.git/config', 'prod/.GIT/x', '', 'link/passwd', 'link', 'prod', 'prod/shop.yaml/x'])(
    'does not write to %j',
    (path) => expect(commit({ path })).rejects.toMatchObject({ code: 'PATH_OUTSIDE_CHECKOUT' }),
  );

  it.each(['none', '--force', 'main~1'])('does not know the branch %s', (branch) => expect(commit({ branch })).rejects.toMatchObject({ code: 'REF_NOT_FOUND' }));

  it('wants an author with a mail address', () => expect(commit({ author: 'ada' })).rejects.toMatchObject({ code: 'INVALID_COMMAND' }));
});

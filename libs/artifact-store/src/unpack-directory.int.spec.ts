import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { type Header, pack } from 'tar-stream';
import { unpackDirectory } from './unpack-directory.js';

let root: string;
let target: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slipway-unpack-'));
  target = join(root, 'target');
  mkdirSync(target);
});
afterEach(() => rmSync(root, { recursive: true }));

type Item = Pick<Header, 'name'> & Partial<Header>;

const unpack = (...items: Item[]): Promise<void> => {
  const tar = pack();
  for (const item of items) tar.entry(item, item.type === undefined ? 'content' : '');
  tar.finalize();
  return unpackDirectory(Readable.from(tar, { objectMode: false }).pipe(createGzip()), target);
};

describe('unpackDirectory', () => {
  it('writes files, folders and links, with the executable bit and no other', async () => {
    await unpack(
      { name: 'bin/', type: 'directory' },
      { name: 'bin/app', mode: 0o6755 },
      { name: './lib/a.txt', mode: 0o666 },
      { name: 'bin/link', type: 'symlink', linkname: '../lib/a.txt' },
    );
    expect(lstatSync(join(target, 'bin/app')).mode & 0o7777).toBe(0o755);
    expect(lstatSync(join(target, 'lib/a.txt')).mode & 0o7777).toBe(0o644);
    expect(readFileSync(join(target, 'bin/link'), 'utf8')).toBe('content');
  });

  it.each<[string, Item[]]>([
    ['.. in a name', [{ name: '../evil' }]],
    ['.. in the middle of a name', [{ name: 'a/../../evil' }]],
    ['an absolute name', [{ name: '/tmp/slipway-evil' }]],
    ['a link to outside', [{ name: 'link', type: 'symlink', linkname: '../..' }]],
    ['a link to an absolute path', [{ name: 'link', type: 'symlink', linkname: '/etc' }]],
    ['a link that leads nowhere', [{ name: 'link', type: 'symlink', linkname: 'nowhere' }]],
    ['a link to itself', [{ name: 'link', type: 'symlink', linkname: 'link' }]],
    ['a file behind a link', [{ name: 'link', type: 'symlink', linkname: '..' }, { name: 'link/evil' }]],
    ['a link behind a link', [{ name: 'd/', type: 'directory' }, { name: 'a', type: 'symlink', linkname: 'd' }, { name: 'a/b', type: 'symlink', linkname: '../x' }]],
    [
      'a chain of links, each of which looks well',
      [{ name: 'a/b/', type: 'directory' }, { name: 'a/b/up', type: 'symlink', linkname: '../..' }, { name: 'out', type: 'symlink', linkname: 'a/b/up/../..' }],
    ],
    ['a write through a link that came before', [{ name: 'out', type: 'symlink', linkname: '..' }, { name: 'out/evil', type: 'directory' }, { name: 'out/evil/file' }]],
    ['a file over a link', [{ name: 'a', type: 'symlink', linkname: '../evil' }, { name: 'a' }]],
    ['a folder over a link', [{ name: 'a', type: 'symlink', linkname: '..' }, { name: 'a', type: 'directory' }]],
    ['a hard link inside, then a write to it', [{ name: 'a' }, { name: 'b', type: 'link', linkname: 'a' }, { name: 'b' }]],
    ['a hard link to what a link leads to', [{ name: 'l', type: 'symlink', linkname: '../..' }, { name: 'h', type: 'link', linkname: 'l/etc/passwd' }]],
    ['.. with the other slash', [{ name: '..\\evil' }]],
    ['a link with .. behind a folder', [{ name: 'd/e/', type: 'directory' }, { name: 'd/e/l', type: 'symlink', linkname: '../../../evil' }]],
    ['a block device', [{ name: 'disk', type: 'block-device', devmajor: 8, devminor: 0 }]],
    ['a hard link', [{ name: 'hard', type: 'link', linkname: '/etc/passwd' }]],
    ['a device', [{ name: 'null', type: 'character-device', devmajor: 1, devminor: 3 }]],
    ['a pipe', [{ name: 'pipe', type: 'fifo' }]],
    ['a name that comes twice', [{ name: 'a' }, { name: 'a' }]],
  ])('refuses %s', async (_what, items) => {
    await expect(unpack(...items)).rejects.toMatchObject({ code: 'PATH_OUTSIDE_CHECKOUT' });
    expect(readdirSync(root)).toEqual(['target']);
    expect(existsSync('/tmp/slipway-evil')).toBe(false);
  });
});

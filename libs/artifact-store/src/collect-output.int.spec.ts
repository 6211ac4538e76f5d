import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectOutput } from './collect-output.js';

let root: string;
let checkout: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-output-')));
  checkout = join(root, 'checkout');
  mkdirSync(join(checkout, 'dist'), { recursive: true });
  mkdirSync(join(root, 'checkout-2'));
  writeFileSync(join(checkout, 'dist/app'), 'app');
  writeFileSync(join(root, 'secret'), 'secret');
});
afterEach(() => rmSync(root, { recursive: true }));

describe('collectOutput', () => {
  it('finds files and folders, also behind a link inside', async () => {
    symlinkSync('dist', join(checkout, 'out'));
    expect(await collectOutput(checkout, 'dist/app')).toEqual({ kind: 'file', path: join(checkout, 'dist/app') });
    expect(await collectOutput(checkout, './dist/')).toEqual({ kind: 'directory', path: join(checkout, 'dist') });
    expect(await collectOutput(checkout, 'out/app')).toEqual({ kind: 'file', path: join(checkout, 'dist/app') });
  });

  it.each(['dist/none', 'dist/app/x', 'none'])('says that %s was not made', async (path) => {
    await expect(collectOutput(checkout, path)).rejects.toMatchObject({ code: 'OUTPUT_MISSING', message: `output "${path}" was not made by the recipe` });
  });

  it.each(['../secret', 'dist/../../secret', '/etc/passwd', '..', '../'])('does not follow %s out of the checkout', async (path) => {
    await expect(collectOutput(checkout, path)).rejects.toMatchObject({ code: 'PATH_OUTSIDE_CHECKOUT' });
  });

  it.each([
    ['a file', '../secret'],
    ['a folder beside it', '../checkout-2'],
    ['an absolute path', '/etc/passwd'],
  ])('does not follow a link out of the checkout to %s', async (_what, target) => {
    symlinkSync(target, join(checkout, 'link'));
    await expect(collectOutput(checkout, 'link')).rejects.toMatchObject({ code: 'PATH_OUTSIDE_CHECKOUT', reasons: [{ at: 'link' }] });
  });

  it('does not take a pipe', async () => {
    execFileSync('mkfifo', [join(checkout, 'pipe')]);
    await expect(collectOutput(checkout, 'pipe')).rejects.toMatchObject({ code: 'OUTPUT_MISSING' });
  });
});

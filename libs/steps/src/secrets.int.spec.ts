import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '@slipway/kernel';
import { LocalSecrets } from './secrets.js';

const root = mkdtempSync(join(tmpdir(), 'slipway-secrets-'));
const directory = join(root, 'secrets');
mkdirSync(join(directory, '..data'), { recursive: true });
writeFileSync(join(root, 'outside'), 'outside');
writeFileSync(join(directory, 'plain'), 'two\nlines\r\n\n');
writeFileSync(join(directory, '..data', 'mounted'), 'mounted');
writeFileSync(join(directory, 'zero'), 'a\0b');
// As Kubernetes mounts them.
symlinkSync('..data/mounted', join(directory, 'mounted'));
symlinkSync('../outside', join(directory, 'leak'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const secrets = new LocalSecrets({ TOKEN: 'secret', EMPTY: '', SLIPWAY_EVENTSTORE: 'esdb://u:p@h' }, directory);

it.each([
  ['env:TOKEN', 'secret'],
  ['env:EMPTY', ''],
  ['file:plain', 'two\nlines'],
  ['file:mounted', 'mounted'],
])('reads %s', async (reference, value) => {
  expect(await secrets.read(reference)).toBe(value);
});

it.each([
  ['TOKEN', 'a reference is'],
  ['vault:TOKEN', 'a reference is'],
  ['env:NONE', 'no such variable'],
  ['env:SLIPWAY_EVENTSTORE', 'may be given away'],
  ['env:toString', 'no such variable'],
  ['env:A B', 'may be given away'],
  ['file:none', 'ENOENT'],
  ['file:../outside', 'outside the secrets directory'],
  ['file:/etc/hostname', 'ENOENT'],
  ['file:leak', 'outside the secrets directory'],
  ['file:.', 'outside the secrets directory'],
  ['file:..data', 'EISDIR'],
  ['file:zero', 'zero byte'],
])('refuses %s', async (reference, why) => {
  await expect(secrets.read(reference)).rejects.toThrow(why);
  await expect(secrets.read(reference).catch(codeOf)).resolves.toBe('SECRET_NOT_FOUND');
});

it('says what is missing when there is no directory', async () => {
  await expect(new LocalSecrets({}, undefined).read('file:plain')).rejects.toThrow('SLIPWAY_SECRETS');
});

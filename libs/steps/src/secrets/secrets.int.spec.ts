import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '@slipway/kernel';
import { EnvironmentSecrets } from './env.secrets.js';
import { FileSecrets } from './file.secrets.js';
import { Secrets } from './secrets.js';
import { VaultSecrets } from './vault.secrets.js';

const root = mkdtempSync(join(tmpdir(), 'slipway-secrets-'));
const directory = join(root, 'secrets');
mkdirSync(join(directory, '..data'), { recursive: true });
writeFileSync(join(root, 'outside'), 'outside');
writeFileSync(join(directory, 'plain'), 'two\nlines\r\n\n');
writeFileSync(join(directory, '..data', 'mounted'), 'mounted');
writeFileSync(join(directory, 'zero'), 'a\0b');
writeFileSync(join(directory, 'binary'), Buffer.from([0xfe, 0xff, 0x80]));
// As Kubernetes mounts them.
symlinkSync('..data/mounted', join(directory, 'mounted'));
symlinkSync('../outside', join(directory, 'leak'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const secrets = new Secrets({
  env: new EnvironmentSecrets({ TOKEN: 'secret', EMPTY: '', HUGE: 'x'.repeat(65_537), SLIPWAY_EVENTSTORE: 'esdb://u:p@h' }),
  file: new FileSecrets(directory),
  vault: new VaultSecrets(undefined),
});

it.each([
  ['env:TOKEN', 'secret'],
  ['env:EMPTY', ''],
  ['file:plain', 'two\nlines'],
  ['file:mounted', 'mounted'],
])('reads %s', async (reference, value) => {
  expect(await secrets.read(reference)).toBe(value);
});

it.each([
  ['TOKEN', 'one is written env:NAME, file:NAME, vault:MOUNT/PATH#KEY'],
  ['aws:TOKEN', 'one is written'],
  ['constructor:TOKEN', 'one is written'],
  ['vault:kv/shop#token', 'has no Vault (SLIPWAY_VAULT_ADDR)'],
  ['env:HUGE', 'longer than 65536 characters'],
  ['file:binary', 'not UTF-8 text'],
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
  await expect(new FileSecrets(undefined).read('plain')).rejects.toThrow('SLIPWAY_SECRETS');
});

it('quotes nothing that may be a secret instead of a reference', async () => {
  await expect(secrets.read('hunter22')).rejects.toThrow(/^(?!.*hunter22)/);
});

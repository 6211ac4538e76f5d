import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '@slipway/kernel';
import { VaultSecrets, type VaultSettings } from './vault.secrets.js';
import { VaultDouble } from './vault-double.fixtures.js';

let root: string;
let vault: VaultDouble;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'slipway-vault-'));
  writeFileSync(join(root, 'token'), 'hvs.first\n');
  vault = await VaultDouble.start();
  vault.secrets.set('kv/shop/live', { data: { password: 'hunter22', port: 5432, '': 'x' } });
});
afterEach(async () => {
  await vault.stop();
  rmSync(root, { recursive: true });
});

const read = (name: string, more: Partial<VaultSettings> = {}): Promise<string> =>
  new VaultSecrets({ address: vault.address, tokenFile: join(root, 'token'), ...more }).read(name);

async function failure(name: string, more: Partial<VaultSettings> = {}): Promise<{ code: string; message: string }> {
  try {
    await read(name, more);
  } catch (error) {
    return { code: codeOf(error), message: (error as Error).message };
  }
  throw new Error('it did not fail');
}

it('reads the key of the newest version, with the token of the file', async () => {
  expect(await read('kv/shop/live#password')).toBe('hunter22');
  expect(vault.asked).toEqual([{ path: '/v1/kv/data/shop/live', token: 'hvs.first', namespace: undefined }]);
});

it('sees a token that was renewed', async () => {
  await read('kv/shop/live#password');
  vault.tokens.clear();
  vault.tokens.add('hvs.second');
  expect((await failure('kv/shop/live#password')).message).toContain('refused access (403)');
  writeFileSync(join(root, 'token'), 'hvs.second');
  expect(await read('kv/shop/live#password')).toBe('hunter22');
});

it('names its namespace, and escapes what a path may hold', async () => {
  vault.secrets.set('kv/my app/a?b', { data: { 'k#1': 'v' } });
  expect(await read('kv/my app/a?b#k#1', { namespace: 'team/sre' })).toBe('v');
  expect(vault.asked).toEqual([{ path: '/v1/kv/data/my%20app/a%3Fb', token: 'hvs.first', namespace: 'team/sre' }]);
});

describe('says what is wrong, and not a word of the answer', () => {
  it.each<[string, string, () => void, string, string]>([
    ['nothing there', 'kv/shop/none#password', () => undefined, 'SECRET_NOT_FOUND', 'nothing at this path (404)'],
    ['no such key', 'kv/shop/live#user', () => undefined, 'SECRET_NOT_FOUND', 'it has no key user'],
    ['a key of every object', 'kv/shop/live#constructor', () => undefined, 'SECRET_NOT_FOUND', 'it has no key constructor'],
    ['a number', 'kv/shop/live#port', () => undefined, 'SECRET_NOT_FOUND', 'its value is not a text'],
    ['a deleted version', 'kv/old#a', () => vault.secrets.set('kv/old', { data: { a: 'hunter22' }, deletion_time: '2026-11-02T09:00:00Z' }), 'SECRET_NOT_FOUND', 'its newest version is deleted'],
    ['a destroyed version', 'kv/old#a', () => vault.secrets.set('kv/old', { data: null, destroyed: true }), 'SECRET_NOT_FOUND', 'its newest version is destroyed'],
    ['a wrong token', 'kv/shop/live#password', () => vault.tokens.clear(), 'SECRET_UNAVAILABLE', 'refused access (403)'],
    ['a sealed Vault', 'kv/shop/live#password', () => (vault.sealed = true), 'SECRET_UNAVAILABLE', 'sealed or under maintenance (503)'],
    ['another fault', 'kv/shop/live#password', () => (vault.instead = (_, response) => void response.writeHead(500).end('hunter22')), 'SECRET_UNAVAILABLE', 'Vault answered 500'],
    ['a redirect', 'kv/shop/live#password', () => (vault.instead = (_, response) => void response.writeHead(307, { location: 'http://hunter22/' }).end()), 'SECRET_UNAVAILABLE', 'Vault redirects (307)'],
    ['the engine version 1', 'kv/shop/live#password', () => (vault.instead = (_, response) => void response.end('{"data":{"password":"hunter22"}}')), 'SECRET_NOT_FOUND', 'none of a key-value engine, version 2'],
    ['no JSON', 'kv/shop/live#password', () => (vault.instead = (_, response) => void response.end('hunter22')), 'SECRET_NOT_FOUND', 'none of a key-value engine, version 2'],
    ['an answer without end', 'kv/shop/live#password', () => (vault.instead = (_, response) => void response.end(Buffer.alloc(5_000_000, 'hunter22'))), 'SECRET_UNAVAILABLE', 'more than 4194304 bytes'],
  ])('%s', async (_, name, arrange, code, message) => {
    arrange();
    const told = await failure(name);
    expect(told.code).toBe(code);
    expect(told.message).toContain(message);
    expect(told.message).toContain(`secret vault:${name}:`);
    expect(told.message).not.toMatch(/hunter22|hvs/);
  });
});

it.each(['kv#key', 'kv/#key', 'kv/path', 'kv/path#', 'kv/../sys#key', 'kv/a//b#key', 'kv/./a#key', '../sys/a#key'])('asks nothing for %s', async (name) => {
  const { code, message } = await failure(name);
  expect(code).toBe('SECRET_NOT_FOUND');
  expect(message).toContain('a reference to Vault is vault:MOUNT/PATH#KEY');
  expect(vault.asked).toEqual([]);
});

it('does not wait for ever', async () => {
  vault.instead = (_, response) => void response.write('{');
  expect(await failure('kv/shop/live#password', { timeoutMs: 200 })).toEqual({ code: 'SECRET_UNAVAILABLE', message: 'secret vault:kv/shop/live#password: Vault did not answer (not within 0.2 s)' });
  vault.instead = () => undefined;
  expect((await failure('kv/shop/live#password', { timeoutMs: 200 })).message).toContain('not within 0.2 s');
});

it('tells that nobody answers, and that its token is missing', async () => {
  expect((await failure('kv/shop/live#password', { address: 'http://127.0.0.1:9' })).message).toMatch(/Vault did not answer \(ECONNREFUSED\)/);
  expect((await failure('kv/shop/live#password', { tokenFile: join(root, 'none') })).message).toMatch(/token file .* can't be read \(ENOENT\)/);
  writeFileSync(join(root, 'token'), 'two\nlines');
  const { message } = await failure('kv/shop/live#password');
  expect(message).toContain('holds no token');
  expect(message).not.toContain('lines');
});

describe('over TLS', () => {
  it('trusts the authority that it was told, and no other', async () => {
    const [key, cert] = [join(root, 'key.pem'), join(root, 'cert.pem')];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=vault', '-addext', 'subjectAltName=IP:127.0.0.1'], { stdio: 'pipe' });
    const secure = await VaultDouble.start({ key: readFileSync(key), cert: readFileSync(cert) });
    secure.secrets.set('kv/a', { data: { b: 'c' } });
    try {
      expect(await read('kv/a#b', { address: secure.address, caFile: cert })).toBe('c');
      const { code, message } = await failure('kv/a#b', { address: secure.address });
      expect(code).toBe('SECRET_UNAVAILABLE');
      expect(message).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
      expect(secure.asked).toHaveLength(1);
    } finally {
      await secure.stop();
    }
  });
});

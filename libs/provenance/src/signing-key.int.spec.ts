import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { keyPair, utf8 } from './attestation.fixtures.js';
import { publicKeyFrom } from './ed25519.js';
import { loadSigningKey, publicFileOf, signingKeyOf } from './signing-key.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-keys-'));
  file = join(folder, 'keys', 'build.ed25519.pem');
});
afterEach(() => rmSync(folder, { recursive: true }));

const refused = expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error;
const mode = (path: string): number => statSync(path).mode & 0o777;

it('is made once, for its owner alone, with its public half beside it', () => {
  const signer = loadSigningKey(file, { make: true });
  expect([mode(file), mode(dirname(file))]).toEqual([0o600, 0o700]);
  expect(readdirSync(dirname(file)).sort()).toEqual(['build.ed25519.pem', 'build.ed25519.pub.pem']);
  const key = publicKeyFrom(readFileSync(publicFileOf(file), 'utf8'));
  expect(key.id).toBe(signer.id);
  expect(key.verifies(utf8('a'), signer.sign(utf8('a')))).toBe(true);
  expect(loadSigningKey(file, { make: true }).id).toBe(signer.id);
});

it('is used as it is where somebody else made it', () => {
  const pair = keyPair();
  file = join(folder, 'own.pem');
  writeFileSync(file, pair.privatePem, { mode: 0o600 });
  expect(loadSigningKey(file, { make: false }).id).toBe(pair.id);
  expect(readdirSync(folder)).toEqual(['own.pem']);
});

it("is looked for in the service's own folder, unless another place is named", () => {
  const own = signingKeyOf('build', { SLIPWAY_DATA: folder });
  expect(loadSigningKey(file, { make: false }).id).toBe(own.id);
  expect(signingKeyOf('admission', { SLIPWAY_DATA: folder, SLIPWAY_SIGNING_KEY_FILE: file }).id).toBe(own.id);
  expect(() => signingKeyOf('build', { SLIPWAY_DATA: folder, SLIPWAY_SIGNING_KEY_FILE: join(folder, 'none.pem') })).toThrow(refused);
});

it('is not made where somebody else was to make it', () => {
  expect(() => loadSigningKey(file, { make: false })).toThrow(refused);
});

it.each([0o640, 0o604, 0o620])('is refused with mode %o', (wide) => {
  loadSigningKey(file, { make: true });
  chmodSync(file, wide);
  expect(() => loadSigningKey(file, { make: true })).toThrow(refused);
});

it('is refused behind a link, and when it is none', () => {
  writeFileSync(join(folder, 'real.pem'), 'hello', { mode: 0o600 });
  expect(() => loadSigningKey(join(folder, 'real.pem'), { make: false })).toThrow(refused);
  symlinkSync(join(folder, 'real.pem'), join(folder, 'link.pem'));
  expect(() => loadSigningKey(join(folder, 'link.pem'), { make: false })).toThrow(refused);
});

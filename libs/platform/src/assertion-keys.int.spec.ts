import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSigningKey, readTrustedKeys, signerFor, verifyAssertion } from '@slipway/identity';
import { ensureAssertionKeys } from './assertion-keys.js';

describe('the key of a platform', () => {
  const data = mkdtempSync(join(tmpdir(), 'slipway-keys-'));
  const files = ensureAssertionKeys(data);
  const message = { subject: 's', commandId: 'c', body: new Uint8Array() };
  afterAll(() => rmSync(data, { recursive: true }));

  it('is for its owner alone', () => {
    expect(statSync(files.privateFile).mode & 0o777).toBe(0o600);
    expect(statSync(join(data, 'keys')).mode & 0o777).toBe(0o700);
  });

  it('vouches for whom the gateway has signed in', () => {
    const signer = signerFor(readSigningKey(readFileSync(files.privateFile, 'utf8')), { sub: 'person:ann', grants: {} });
    const keys = readTrustedKeys(readFileSync(files.publicFile, 'utf8'));
    expect(verifyAssertion(signer(message, undefined), message, { keys, now: new Date() }).sub).toBe('person:ann');
  });

  it('stays the same at the next start', () => {
    const before = readFileSync(files.privateFile, 'utf8');
    ensureAssertionKeys(data);
    expect(readFileSync(files.privateFile, 'utf8')).toBe(before);
  });
});

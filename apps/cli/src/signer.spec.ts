import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSigningKey, readTrustedKeys, verifyAssertion } from '@slipway/identity';
import type { Io } from './io.js';
import { signerOf } from './options.js';

describe('who vouches for whoever acts', () => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-signer-'));
  const message = { subject: 's', commandId: 'c', body: new Uint8Array() };
  const here = makeSigningKey();
  const other = makeSigningKey();

  beforeAll(() => {
    mkdirSync(join(directory, 'platform/.slipway/keys'), { recursive: true });
    mkdirSync(join(directory, 'platform/deep'));
    writeFileSync(join(directory, 'platform/.slipway/keys/assertion.pem'), here.privatePem);
    writeFileSync(join(directory, 'other.pem'), other.privatePem);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const signer = (from: string, environment: NodeJS.ProcessEnv = {}) => signerOf({ environment, directory: join(directory, from) } as Io);
  const verified = (token: string | undefined, publicPem: string) => verifyAssertion(token, message, { keys: readTrustedKeys(publicPem), now: new Date() }).sub;

  it('is the owner of the key that the environment names, else of the platform here or in a folder above', () => {
    expect(verified(signer('platform/deep')?.(message, 'person:ann'), here.publicPem)).toBe('person:ann');
    expect(verified(signer('platform', { SLIPWAY_ASSERTION_KEY_FILE: join(directory, 'other.pem') })?.(message, 'person:ann'), other.publicPem)).toBe('person:ann');
  });

  it('is nobody where there is no key', () => expect(signer('.')).toBeUndefined());
});

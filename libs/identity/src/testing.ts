import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Signer } from '@slipway/messaging';
import { makeSigningKey, readSigningKey, readTrustedKeys, type SigningKey, type TrustedKeys } from './keys.js';
import { ALL_GRANTS, signerFor } from './signer.js';
import type { Identity } from './claims.js';

/** What a gateway would have, for tests. */
export interface TestKeys {
  readonly key: SigningKey;
  readonly keys: TrustedKeys;
  readonly privatePem: string;
  readonly publicPem: string;
  /** Writes the public key into a folder, for a service's SLIPWAY_ASSERTION_KEYS_FILE. */
  publicFile(folder: string): string;
  /** Vouches for whomever a call names, with all rights. */
  readonly anybody: Signer;
  /** Signs for one identity. */
  as(identity: Identity): Signer;
}

/** Signs for whomever a call names, with all rights: so a test is many people quickly. Nothing but a test may hold such a one. */
export const anybodySigner =
  (key: SigningKey): Signer =>
  (message, actor) => {
    if (!actor) throw new TypeError('say who acts, as kind:id');
    return signerFor(key, { sub: actor, grants: ALL_GRANTS })(message, actor);
  };

export function testKeys(): TestKeys {
  const pair = makeSigningKey();
  const key = readSigningKey(pair.privatePem);
  const publicFile = (folder: string): string => {
    const file = join(folder, 'assertion.pub.pem');
    writeFileSync(file, pair.publicPem);
    return file;
  };
  return { ...pair, key, publicFile, keys: readTrustedKeys(pair.publicPem), anybody: anybodySigner(key), as: (identity) => signerFor(key, identity) };
}

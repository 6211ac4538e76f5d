import type { Signer } from '@slipway/messaging';
import { makeSigningKey, readSigningKey, readTrustedKeys, type SigningKey, type TrustedKeys } from './keys.js';
import { ownerSigner, signerFor } from './signer.js';
import type { Identity } from './claims.js';

/** What a gateway would have, for tests. */
export interface TestKeys {
  readonly key: SigningKey;
  readonly keys: TrustedKeys;
  readonly privatePem: string;
  readonly publicPem: string;
  /** Vouches for whomever a call names, with all rights. */
  readonly anybody: Signer;
  /** Signs for one identity. */
  as(identity: Identity): Signer;
}

export function testKeys(): TestKeys {
  const pair = makeSigningKey();
  const key = readSigningKey(pair.privatePem);
  return { ...pair, key, keys: readTrustedKeys(pair.publicPem), anybody: ownerSigner(key), as: (identity) => signerFor(key, identity) };
}

import { SlipwayError } from '@slipway/kernel';
import { nkeys } from 'nats';

interface KeyPair {
  getPublicKey(): string;
  getSeed(): Uint8Array;
}

const { createUser, fromSeed } = nkeys as { createUser: () => KeyPair; fromSeed: (seed: Uint8Array) => KeyPair };

/** A new user's secret, `SU…`. */
export const newSeed = (): string => Buffer.from(createUser().getSeed()).toString('ascii');

/** The public key, `U…`, that belongs to a seed. @throws SlipwayError CONFIG_INVALID */
export function publicKey(seed: string, source: string): string {
  try {
    const key = fromSeed(Buffer.from(seed, 'ascii')).getPublicKey();
    if (key.startsWith('U')) return key;
  } catch (error) {
    throw new SlipwayError('CONFIG_INVALID', `${source} holds no nkey seed`, [], { cause: error });
  }
  throw new SlipwayError('CONFIG_INVALID', `${source} holds an nkey seed, but not a user's`);
}

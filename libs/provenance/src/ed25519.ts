import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { SlipwayError } from '@slipway/kernel';
import type { Signer } from './envelope.js';
import type { TrustedKey } from './verify-envelope.js';

// The one kind of key: its signatures are deterministic, and have no parameter that could be chosen badly.

/** A public key as PEM, or as base64 of its SPKI. @throws SlipwayError TRUST_INVALID */
export function publicKeyFrom(text: string): Pick<TrustedKey, 'id' | 'verifies'> {
  const key = importPublic(text.trim());
  if (key.asymmetricKeyType !== 'ed25519') throw invalid(`a key of type ${key.asymmetricKeyType}`);
  return { id: idOf(key), verifies: (bytes, signature) => signature.length === 64 && verify(null, bytes, key, signature) };
}

/** What signs, and what others check it with. */
export interface KeyPair extends Signer {
  readonly publicPem: string;
}

/** A private key as PKCS8 PEM. @throws SlipwayError TRUST_INVALID */
export function signerFrom(pem: string): KeyPair {
  const key = importPrivate(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw invalid(`a key of type ${key.asymmetricKeyType}`);
  const publicKey = createPublicKey(key);
  return { id: idOf(publicKey), sign: (bytes) => sign(null, bytes, key), publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

function importPublic(text: string): KeyObject {
  // Node would take a private key here and use its public half; a private key in a list of trust is a leak.
  if (/PRIVATE KEY/.test(text)) throw invalid('a private key, which must not be here');
  try {
    return text.startsWith('-----BEGIN PUBLIC KEY-----')
      ? createPublicKey({ key: text, format: 'pem' })
      : createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
  } catch (error) {
    throw invalid('something else', error);
  }
}

function importPrivate(pem: string): KeyObject {
  try {
    return createPrivateKey({ key: pem, format: 'pem' });
  } catch (error) {
    throw invalid('something else', error);
  }
}

const idOf = (key: KeyObject): string => `sha256:${createHash('sha256').update(key.export({ type: 'spki', format: 'der' })).digest('hex')}`;

const invalid = (found: string, cause?: unknown): SlipwayError => new SlipwayError('TRUST_INVALID', `keys must be Ed25519, as PEM or as base64 of their SPKI; this is ${found}`, [], { cause });

import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SlipwayError } from '@slipway/kernel';

/** What signs assertions. */
export interface SigningKey {
  readonly keyId: string;
  readonly privateKey: KeyObject;
}

/** Those that may have signed an assertion. Several while keys rotate. */
export type TrustedKeys = ReadonlyMap<string, KeyObject>;

const PUBLIC_PEM = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g;

/** The first 16 hex digits of the SHA-256 of a public key's SPKI DER. */
export const keyIdOf = (publicKey: KeyObject): string =>
  createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('hex').slice(0, 16);

/** A new Ed25519 key pair, as PKCS8 and SPKI PEM. */
export function makeSigningKey(): { readonly privatePem: string; readonly publicPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

/** @throws SlipwayError CONFIG_INVALID unless the PEM holds an Ed25519 private key. */
export function readSigningKey(pem: string): SigningKey {
  const privateKey = ed25519(() => createPrivateKey(pem), 'an Ed25519 private key in PKCS8 PEM');
  return { keyId: keyIdOf(createPublicKey(privateKey)), privateKey };
}

/** All public keys of a PEM file. @throws SlipwayError CONFIG_INVALID unless there is one, and each is an Ed25519 key. */
export function readTrustedKeys(pem: string): TrustedKeys {
  const keys = (pem.match(PUBLIC_PEM) ?? []).map((one) => ed25519(() => createPublicKey(one), 'Ed25519 public keys in PEM'));
  if (keys.length === 0) throw new SlipwayError('CONFIG_INVALID', 'the file of assertion keys holds no public key in PEM');
  return new Map(keys.map((key) => [keyIdOf(key), key]));
}

function ed25519(read: () => KeyObject, wanted: string): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch (error) {
    throw new SlipwayError('CONFIG_INVALID', `a key for assertions can't be read; it must be ${wanted}`, [], { cause: error });
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new SlipwayError('CONFIG_INVALID', `a key for assertions is of type ${String(key.asymmetricKeyType)}; it must be ${wanted}`);
  return key;
}

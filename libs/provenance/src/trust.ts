import { SlipwayError } from '@slipway/kernel';
import type { ProvenanceTrust } from './check-provenance.js';
import { publicKeyFrom } from './ed25519.js';
import type { KeyTrust, TrustedKey } from './verify-envelope.js';

/** A key as people list it. */
export interface ListedKey {
  /** `sha256:<hex>` of the key's SPKI; where it is given, it must be that. */
  readonly id?: string;
  /** PEM, or base64 of the SPKI. */
  readonly publicKey: string;
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly revoked?: string;
}

export interface ListedKeys {
  readonly keys: readonly ListedKey[];
  /** Default 1. */
  readonly threshold?: number;
}

/** Trust as people list it: in an admission, or in a file for `slipway verify`. */
export interface ListedTrust extends ListedKeys {
  readonly builders: readonly string[];
  readonly repositories?: readonly string[];
}

/** @throws SlipwayError TRUST_INVALID with a reason for each key that can't be used, and for a threshold that can't be met */
export function keyTrustFrom({ keys, threshold = 1 }: ListedKeys): KeyTrust {
  const faults: { code: string; message: string; at: string }[] = [];
  const fault = (message: string, at: string): void => void faults.push({ code: 'TRUST_INVALID', message, at });
  const trusted = keys.flatMap((listed, index): TrustedKey[] => {
    try {
      return [{ ...listed, ...keyOf(listed) }];
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      fault(error.message, `trust.keys.${index}`);
      return [];
    }
  });
  const different = new Set(trusted.map(({ id }) => id)).size;
  if (faults.length === 0 && different < threshold) fault(`${threshold} different keys must sign, and ${different} are listed`, 'trust.threshold');
  if (faults.length > 0) throw new SlipwayError('TRUST_INVALID', `the trust can't be used: ${faults.map(({ message }) => message).join('; ')}`, faults);
  return { keys: trusted, threshold };
}

/** @throws SlipwayError TRUST_INVALID */
export const provenanceTrustFrom = (listed: ListedTrust): ProvenanceTrust => ({
  ...keyTrustFrom(listed),
  builders: listed.builders,
  ...(listed.repositories && { repositories: listed.repositories }),
});

function keyOf({ id, publicKey }: ListedKey): ReturnType<typeof publicKeyFrom> {
  const key = publicKeyFrom(publicKey);
  if (id !== undefined && id !== key.id) throw new SlipwayError('TRUST_INVALID', `the key listed as ${id} is ${key.id}`);
  return key;
}

import { SecretMask } from './secret-mask.js';

export type { SecretMask };

/** Masks that are kept: as many as there are tenants that ask at about the same time. */
const KEPT = 64;

/** By values. The one that was asked for last is the last. */
const masks = new Map<string, SecretMask>();

/** Hides private values behind `[private]`. Making a mask is dear, so whoever asks for the same values again gets the same one. */
export function privateMask(values: readonly string[]): SecretMask {
  const key = JSON.stringify(values);
  let mask = masks.get(key);
  if (mask) masks.delete(key);
  else (mask = new SecretMask('[private]')).add(values);
  masks.set(key, mask);
  if (masks.size > KEPT) masks.delete(masks.keys().next().value!);
  return mask;
}

import { type Reason, SlipwayError } from '@slipway/kernel';
import { encodeForSigning, type Envelope, parseEnvelope } from './envelope.js';
import type { FaultCode } from './fault-code.js';

/** A public key, and when it counts. */
export interface TrustedKey {
  /** `sha256:<hex>` of its SPKI. */
  readonly id: string;
  verifies(bytes: Uint8Array, signature: Uint8Array): boolean;
  /** ISO 8601: from when until when it counts, the end left out. */
  readonly notBefore?: string;
  readonly notAfter?: string;
  /** It was revoked then, and counts for nothing, also not for what it signed before: who says when that was? */
  readonly revoked?: string;
}

export interface KeyTrust {
  readonly keys: readonly TrustedKey[];
  /** How many different keys must have signed. */
  readonly threshold: number;
}

/** `keys`: the ids of those that counted. */
export type Verified = { readonly payload: Uint8Array; readonly keys: readonly string[] } | { readonly reasons: readonly Reason[] };

/**
 * Whether enough trusted keys signed this payload as one of this type. The type is checked in what was signed: an envelope
 * that says another one outside has other signatures. `at` is the instant (ISO 8601) for which keys must be valid.
 * Nothing of a payload that is not vouched for is looked at.
 */
export function verifyEnvelope(bytes: Uint8Array, payloadType: string, { keys, threshold }: KeyTrust, at: string): Verified {
  const envelope = read(bytes);
  if ('reasons' in envelope) return envelope;
  if (envelope.payloadType !== payloadType) return refused('PROVENANCE_MALFORMED', `it holds ${JSON.stringify(envelope.payloadType)}, not ${payloadType}`);
  if (envelope.signatures.length === 0) return refused('PROVENANCE_UNSIGNED', 'its envelope has no signature');

  const encoded = encodeForSigning(payloadType, envelope.payload);
  const signed = keys.filter((key) => envelope.signatures.some(({ signature }) => key.verifies(encoded, signature)));
  // By key and not by entry: a key that is listed twice counts once, and not at all when one entry speaks against it.
  const refusals = signed.flatMap((key) => refusalOf(key, at) ?? []);
  const counted = [...new Set(signed.map(({ id }) => id))].filter((id) => refusals.every(({ key }) => key !== id)).sort();
  if (counted.length >= threshold && threshold > 0) return { payload: envelope.payload, keys: counted };
  return { reasons: [...refusals.map(({ reason }) => reason), tooFew(counted, threshold)] };
}

function read(bytes: Uint8Array): Envelope | { readonly reasons: readonly Reason[] } {
  try {
    return parseEnvelope(bytes) ?? refused('PROVENANCE_UNSIGNED', 'it is not in a signed envelope');
  } catch (error) {
    if (error instanceof SlipwayError) return refused('PROVENANCE_MALFORMED', error.message);
    throw error;
  }
}

function refusalOf({ id, notBefore, notAfter, revoked }: TrustedKey, at: string): { key: string; reason: Reason } | null {
  const now = Date.parse(at);
  if (revoked !== undefined) return { key: id, reason: reason('PROVENANCE_KEY_REVOKED', `key ${id} was revoked on ${revoked}`) };
  // Written so that an instant that can't be read refuses.
  if (notBefore !== undefined && !(now >= Date.parse(notBefore))) return { key: id, reason: reason('PROVENANCE_KEY_EXPIRED', `key ${id} is valid from ${notBefore}`) };
  if (notAfter !== undefined && !(now < Date.parse(notAfter))) return { key: id, reason: reason('PROVENANCE_KEY_EXPIRED', `key ${id} was valid until ${notAfter}`) };
  return null;
}

function tooFew(counted: readonly string[], threshold: number): Reason {
  const who = counted.length === 0 ? '' : `, by ${counted.join(' and ')}`;
  return reason('PROVENANCE_KEY_UNTRUSTED', `it is signed by ${counted.length} of the ${threshold} trusted keys that it needs${who}`);
}

const refused = (code: FaultCode, message: string): { readonly reasons: readonly Reason[] } => ({ reasons: [reason(code, message)] });
const reason = (code: FaultCode, message: string): Reason => ({ code, message });

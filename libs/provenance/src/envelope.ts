import { canonicalJson, SlipwayError } from '@slipway/kernel';
import { decodeBase64, encodeBase64 } from './base64.js';
import { parseStrictJson } from './strict-json.js';

// DSSE v1.0: https://github.com/secure-systems-lab/dsse/blob/v1.0.0/protocol.md

/** Under which an envelope is stored. */
export const ENVELOPE_MEDIA_TYPE = 'application/vnd.dsse.envelope.v1+json';

const MOST_SIGNATURES = 16;

export interface Envelope {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly signatures: readonly { readonly signature: Uint8Array }[];
}

/** Something that holds a private key. */
export interface Signer {
  /** Names the key: `sha256:<hex>` of its SPKI. */
  readonly id: string;
  sign(bytes: Uint8Array): Uint8Array;
}

/** What is signed (pre-authentication encoding): type and payload with their lengths, so that neither can be read as the other. */
export function encodeForSigning(payloadType: string, payload: Uint8Array): Uint8Array {
  const head = new TextEncoder().encode(`DSSEv1 ${new TextEncoder().encode(payloadType).length} ${payloadType} ${payload.length} `);
  const encoded = new Uint8Array(head.length + payload.length);
  encoded.set(head);
  encoded.set(payload, head.length);
  return encoded;
}

/** The bytes of an envelope around the canonical JSON of the value. The same value and keys give the same bytes (Ed25519). */
export function signEnvelope(payloadType: string, value: object, signers: readonly Signer[]): Uint8Array {
  const utf8 = new TextEncoder();
  const payload = utf8.encode(canonicalJson(value));
  const encoded = encodeForSigning(payloadType, payload);
  const signatures = signers.map((signer) => ({ keyid: signer.id, sig: encodeBase64(signer.sign(encoded)) }));
  return utf8.encode(canonicalJson({ payloadType, payload: encodeBase64(payload), signatures }));
}

/** Null: JSON without a `payloadType` and so no envelope. @throws SlipwayError MALFORMED_MESSAGE */
export function parseEnvelope(bytes: Uint8Array): Envelope | null {
  const value = parseStrictJson(bytes);
  if (!isObject(value)) throw malformed('it is not a JSON object');
  const { payloadType, payload, signatures } = value;
  if (payloadType === undefined) return null;
  if (typeof payloadType !== 'string' || typeof payload !== 'string' || !Array.isArray(signatures)) {
    throw malformed('payloadType and payload must be texts, and signatures a list');
  }
  if (signatures.length > MOST_SIGNATURES) throw malformed(`it has ${signatures.length} signatures, more than ${MOST_SIGNATURES}`);
  return { payloadType, payload: decodeBase64(payload), signatures: signatures.map(parseSignature) };
}

/** The `keyid` is left behind: nobody vouches for it, and trying all trusted keys costs little. */
function parseSignature(value: unknown): Envelope['signatures'][number] {
  if (!isObject(value) || typeof value['sig'] !== 'string') throw malformed('a signature has no sig');
  return { signature: decodeBase64(value['sig']) };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const malformed = (why: string): SlipwayError => new SlipwayError('MALFORMED_MESSAGE', `not a DSSE envelope: ${why}`);

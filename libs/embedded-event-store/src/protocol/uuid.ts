import { field, varint64Field, type WireReader } from './wire.js';

const CANONICAL = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Reads the protocol's UUID message (a string, or two signed halves) as 36 lower-case characters.
 * Returns undefined for anything else: one spelling per id is what idempotency compares.
 */
export function readUuid(reader: WireReader): string | undefined {
  let text: string | undefined;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x12) text = canonicalUuid(reader.text());
    else if (tag === 0x0a) text = fromHalves(reader.message());
    else reader.skip(tag);
  }
  return text;
}

/** The one spelling of an id, or undefined if `text` is no UUID. */
export function canonicalUuid(text: string): string | undefined {
  if (CANONICAL.test(text)) return text;
  const lower = text.toLowerCase();
  return CANONICAL.test(lower) ? lower : undefined;
}

/** The message of an id as two numbers. `text` is canonical. */
export function structuredUuid(text: string): Buffer {
  const hex = text.replaceAll('-', '');
  const [most, least] = [hex.slice(0, 16), hex.slice(16)].map((half) => BigInt(`0x${half}`));
  return field(0x0a, Buffer.concat([varint64Field(0x08, most!), varint64Field(0x10, least!)]));
}

function fromHalves(reader: WireReader): string {
  let most = 0n;
  let least = 0n;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x08) most = reader.varint64();
    else if (tag === 0x10) least = reader.varint64();
    else reader.skip(tag);
  }
  const hex = most.toString(16).padStart(16, '0') + least.toString(16).padStart(16, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

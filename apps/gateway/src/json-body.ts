import type { IncomingMessage } from 'node:http';
import { SlipwayError } from '@slipway/kernel';
import { decode, MalformedMessage } from '@slipway/messaging';

const MAX_BYTES = 1_048_576;
/** Manifests need about 8. */
const MAX_DEPTH = 32;

/**
 * The JSON object of a request's body; an empty body is an empty object. Only `application/json` is read, which no form of
 * another site can send.
 * @throws SlipwayError UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE, MALFORMED_MESSAGE
 */
export async function jsonBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const { 'content-type': type, 'content-encoding': encoding, 'content-length': length } = request.headers;
  if (Number(length) > MAX_BYTES) throw tooLarge();
  const bytes = await bodyOf(request);
  if (bytes.length === 0) return {};
  if (!/^application\/json\s*(;|$)/i.test(type ?? '')) throw new SlipwayError('UNSUPPORTED_MEDIA_TYPE', 'the body must be application/json');
  if (encoding !== undefined && encoding !== 'identity') throw new SlipwayError('UNSUPPORTED_MEDIA_TYPE', 'the body must not be compressed');
  const value = decode(bytes);
  if (value instanceof MalformedMessage) throw new SlipwayError('MALFORMED_MESSAGE', `the body is not JSON: ${value.detail}`);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SlipwayError('MALFORMED_MESSAGE', 'the body must be a JSON object');
  if (isDeeper(value, MAX_DEPTH)) throw new SlipwayError('MALFORMED_MESSAGE', `the body is nested deeper than ${MAX_DEPTH} levels`);
  return value as Record<string, unknown>;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const tooLarge = (): SlipwayError => new SlipwayError('BODY_TOO_LARGE', `the body is larger than ${MAX_BYTES} bytes`);

/** Level by level, so that no depth costs stack. */
function isDeeper(value: object, limit: number): boolean {
  let level: object[] = [value];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > limit) return true;
    level = level.flatMap((each) => Object.values(each) as unknown[]).filter((each): each is object => typeof each === 'object' && each !== null);
  }
  return false;
}

import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { SlipwayError } from '@slipway/kernel';
import { v5 as uuidV5 } from 'uuid';

/** Made once (UUIDv4) and never to change: command ids of repeated requests grow from it. */
const NAMESPACE = '0e8c3a54-95a5-4a67-9ac6-8f6a5f1d2f0b';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const CORRELATION_ID = /^[A-Za-z0-9._:/-]{1,128}$/;
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const MAX_KEY = 255;

/** The ids under which a request is carried on. */
export interface CallIds {
  readonly commandId: string;
  readonly correlationId: string;
  readonly traceparent?: string;
}

/**
 * `Idempotency-Key` is the command's id: a UUID as it is, another text for this caller only. A correlation id or
 * traceparent that is none is made anew.
 * @throws SlipwayError INVALID_COMMAND when the key is too long
 */
export function idsFrom(headers: IncomingHttpHeaders, sub: string): CallIds {
  const commandId = commandIdFrom(one(headers['idempotency-key']), sub);
  const correlationId = one(headers['x-correlation-id']);
  const traceparent = one(headers['traceparent']);
  return {
    commandId,
    correlationId: correlationId !== undefined && CORRELATION_ID.test(correlationId) ? correlationId : commandId,
    ...(traceparent !== undefined && TRACEPARENT.test(traceparent) && { traceparent }),
  };
}

function commandIdFrom(header: string | undefined, sub: string): string {
  const key = header?.replace(/^"(.*)"$/, '$1');
  if (!key) return randomUUID();
  if (key.length > MAX_KEY) throw new SlipwayError('INVALID_COMMAND', `header Idempotency-Key is longer than ${MAX_KEY} characters`);
  return UUID.test(key) ? key.toLowerCase() : uuidV5(key, uuidV5(sub, NAMESPACE));
}

const one = (header: string | string[] | undefined): string | undefined => (Array.isArray(header) ? header[0] : header);

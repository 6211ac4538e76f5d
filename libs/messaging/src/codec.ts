import type { Problem } from '@slipway/kernel';
import { toProblem } from '@slipway/kernel';
import type { ConsumerDeserializer, IncomingEvent, IncomingRequest, OutgoingResponse, Serializer } from '@nestjs/microservices';
import { headers, type MsgHdrs } from 'nats';
import { ERROR_HEADERS } from './headers.js';

const decoder = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();

/** Stands in the place of a command whose bytes are not JSON, so that the edge can answer with an error. */
export class MalformedMessage {
  constructor(readonly detail: string) {}
}

/** Plain JSON, without Nest's own envelope. An empty message is an empty object. Never throws: one bad message must not end a service. */
export function decode(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return {};
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch (error) {
    return new MalformedMessage(error instanceof Error ? error.message : String(error));
  }
}

export const encode = (value: unknown): Uint8Array => encoder.encode(JSON.stringify(value));

/** What came over the bus: the bytes, for whoever checks a signature over them, and what they say. */
export class Received {
  constructor(
    readonly bytes: Uint8Array,
    readonly value: unknown,
  ) {}
}

export class JsonDeserializer implements ConsumerDeserializer {
  deserialize(bytes: Uint8Array, options: { channel: string; replyTo?: string }): IncomingRequest | IncomingEvent {
    // With an id, Nest takes it for a request, also where nobody waits for the answer.
    return { pattern: options.channel, data: new Received(bytes, decode(bytes)), id: options.replyTo ?? '-' };
  }
}

/** An answer is the value itself; a problem is problem+json with NATS' error headers. */
export class JsonSerializer implements Serializer<OutgoingResponse, { data: Uint8Array; headers?: MsgHdrs }> {
  serialize(packet: OutgoingResponse): { data: Uint8Array; headers?: MsgHdrs } {
    if (packet.err === undefined) return { data: encode(packet.response ?? {}) };
    const problem = isProblem(packet.err) ? packet.err : toProblem(packet.err);
    const head = headers();
    head.set(ERROR_HEADERS.code, String(problem.status));
    head.set(ERROR_HEADERS.text, problem.code);
    head.set('content-type', 'application/problem+json');
    return { data: encode(problem), headers: head };
  }
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'detail' in value && 'status' in value;
}

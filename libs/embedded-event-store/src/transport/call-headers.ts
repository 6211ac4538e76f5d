import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2';

import { Status, type CallError } from './call-error.js';

const UNITS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/** Milliseconds since the epoch after which the caller has given up; Infinity if it waits for ever. */
export function deadlineOf(headers: IncomingHttpHeaders): number {
  const [, amount, unit] = /^(\d{1,8})([HMSmun])$/.exec(String(headers['grpc-timeout'] ?? '')) ?? [];
  return amount === undefined ? Infinity : Date.now() + Number(amount) * UNITS[unit!]!;
}

export const SUCCESS: OutgoingHttpHeaders = { 'grpc-status': Status.OK };

/** Header values hold printable ASCII: anything else goes percent-encoded, as gRPC has it for messages. */
export function trailersOf(error: CallError): OutgoingHttpHeaders {
  const trailers: OutgoingHttpHeaders = { 'grpc-status': error.code, 'grpc-message': percentEncoded(error.message) };
  for (const [name, value] of Object.entries(error.trailers)) trailers[name] = printable(value);
  return trailers;
}

function percentEncoded(text: string): string {
  return text.replace(/[^ -$&-~]+/gu, (part) => [...Buffer.from(part)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''));
}

function printable(value: string): string {
  return /^[ -~]*$/.test(value) ? value : encodeURIComponent(value);
}

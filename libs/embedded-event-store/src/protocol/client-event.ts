import { binaryEvent, jsonEvent, type EventData } from '@eventstore/db-client';

import type { LineEvent } from '../operations/event-line.js';
import { OperationFailed } from '../operations/operation-failed.js';

/** Numbers in a JSON text, its strings passed over. */
const TOKENS = /"(?:[^"\\]|\\.)*"|(-?\d[\d.eE+-]*)/g;

/**
 * An event as the official client sends it. The client writes JSON data itself, so the bytes may differ in spaces and
 * spelling but never in value. Throws OperationFailed where that cannot be kept.
 */
export function toClientEvent(event: LineEvent): EventData {
  const { id } = event;
  const type = event.type.toString('utf8');
  // The client sends metadata of exactly this class as the bytes that they are; a Buffer it would write out as JSON.
  const metadata = event.metadata.length === 0 ? undefined : Uint8Array.from(event.metadata);
  if (!event.json) return binaryEvent({ id, type, data: Uint8Array.from(event.data), metadata });
  return jsonEvent({ id, type, data: jsonOf(event), metadata: metadata as unknown as Record<string, unknown> | undefined });
}

function jsonOf(event: LineEvent): Record<string, unknown> {
  const text = event.data.toString('utf8');
  const refuse = (problem: string): never => {
    throw new OperationFailed(`event ${event.id} (${event.revision}@${event.stream}) cannot be sent as it is: ${problem}`);
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(`it calls itself JSON, but ${(error as Error).message}`);
  }
  for (const [, number] of text.matchAll(TOKENS)) {
    if (number !== undefined && !survives(number)) refuse(`the number ${number} does not fit the client`);
  }
  return value as Record<string, unknown>;
}

/** Up to 15 digits a number keeps its value; beyond that only if it is written back the same. */
function survives(number: string): boolean {
  const digits = number.replace(/[eE].*$/, '').replace(/\D/g, '').replace(/^0+/, '');
  return Number.isFinite(Number(number)) && (digits.length <= 15 || String(Number(number)) === number);
}

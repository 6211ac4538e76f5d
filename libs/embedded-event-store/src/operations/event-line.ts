import { decodeRecord } from './decoded-record.js';
import { OperationFailed } from './operation-failed.js';
import type { ProposedEvent, EventRow } from '../protocol/recorded-event.js';
import { canonicalUuid } from '../protocol/uuid.js';

/** An event as one line of NDJSON carries it. */
export interface LineEvent extends ProposedEvent {
  /** Place in `$all`; absent in a file that was not exported from a store of this kind. */
  readonly position?: number;
  readonly stream: string;
  readonly revision: number;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly tombstone: boolean;
}

const JSON_TYPE = 'application/json';
const BINARY_TYPE = 'application/octet-stream';
const TOMBSTONE_TYPE = '$streamDeleted';
const TOMBSTONE_REVISION = 2n ** 63n - 1n;

/**
 * A stored event as a line without its end. Content is JSON where that gives back the same bytes when it is read, and
 * base64 (`dataBase64`, `metadataBase64`) where not; empty content is left out.
 */
export function eventToLine(event: EventRow): string {
  const { id, stream, type, contentType, data, metadata, ...record } = decodeRecord(event.record);
  const { position, revision } = event;
  // The event's own time: the table's is later where an import brought times that go back.
  const created = new Date(record.created).toISOString();
  // Anybody may give that type to an event that ends nothing.
  const tombstone = type === TOMBSTONE_TYPE ? record.revision === TOMBSTONE_REVISION : undefined;
  const head = JSON.stringify({ position, stream, revision, id, type, contentType, created, tombstone });
  const json = contentType === JSON_TYPE;
  return `${head.slice(0, -1)}${content('data', data, json)}${content('metadata', metadata, true)}}`;
}

function content(key: string, bytes: Buffer, mayBeJson: boolean): string {
  if (bytes.length === 0) return '';
  const text = mayBeJson ? exactJson(bytes) : undefined;
  return text === undefined ? `,"${key}Base64":"${bytes.toString('base64')}"` : `,"${key}":${text}`;
}

/** The JSON text, if reading and writing it again changes nothing. */
function exactJson(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  try {
    const written = JSON.stringify(JSON.parse(text));
    return written === text && Buffer.from(text).equals(bytes) ? text : undefined;
  } catch {
    // Not JSON after all: the bytes are kept as they are.
    return undefined;
  }
}

/** Reads a line. Throws OperationFailed, naming the line, for anything but an event. */
export function eventFromLine(text: string, line: number): LineEvent {
  const refuse = (problem: string): never => {
    throw new OperationFailed(`line ${line}: ${problem}`);
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse((error as Error).message);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse('it is not an event');
  const fields = value as Record<string, unknown>;
  const { stream, type, contentType, revision, position } = fields;
  const id = typeof fields['id'] === 'string' ? canonicalUuid(fields['id']) : undefined;
  const created = typeof fields['created'] === 'string' ? Date.parse(fields['created']) : NaN;
  if (id === undefined) return refuse('id must be a UUID');
  if (typeof stream !== 'string' || stream === '') return refuse('stream must be a name');
  if (typeof type !== 'string') return refuse('type must be a text');
  if (contentType !== JSON_TYPE && contentType !== BINARY_TYPE) return refuse(`contentType must be ${JSON_TYPE} or ${BINARY_TYPE}`);
  if (!isCount(revision)) return refuse('revision must be a number from 0 on');
  if (position !== undefined && !isCount(position)) return refuse('position must be a number from 0 on');
  if (Number.isNaN(created)) return refuse('created must be a time (ISO 8601)');
  return {
    id, stream, type: Buffer.from(type), json: contentType === JSON_TYPE, revision, position, created,
    tombstone: type === TOMBSTONE_TYPE && fields['tombstone'] !== false,
    data: bytesOf(fields, 'data', refuse),
    metadata: bytesOf(fields, 'metadata', refuse),
  };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function bytesOf(fields: Record<string, unknown>, key: string, refuse: (problem: string) => never): Buffer {
  const base64 = fields[`${key}Base64`];
  if (key in fields && base64 !== undefined) return refuse(`only one of ${key} and ${key}Base64 can be given`);
  if (key in fields) return Buffer.from(JSON.stringify(fields[key]));
  if (base64 === undefined) return Buffer.alloc(0);
  if (typeof base64 !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return refuse(`${key}Base64 must be base64`);
  return Buffer.from(base64, 'base64');
}

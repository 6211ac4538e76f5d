import { structuredUuid } from './uuid.js';
import { field, putVarint, varintSize, WireReader } from './wire.js';

/** An event as a client proposes it. Byte fields may be views of the request. */
export interface ProposedEvent {
  /** Canonical UUID. */
  readonly id: string;
  readonly type: Buffer;
  readonly json: boolean;
  readonly metadata: Buffer;
  readonly data: Buffer;
}

/** An event that was written. `record` holds the `RecordedEvent` protobuf bytes that every read copies out as they are. */
export interface StoredEvent {
  /** Place in `$all`; commit and prepare position are the same number. */
  readonly position: number;
  readonly revision: number;
  readonly record: Buffer;
}

/** An event with the columns that only the database needs. */
export interface EventRow extends StoredEvent {
  /** The stream's number in the database. */
  readonly stream: number;
  /** Milliseconds since the epoch. */
  readonly created: number;
}

/** A tombstone's revision on the wire, 2^63 - 1, as varint: too large for a number. */
const TOMBSTONE_REVISION = Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]);

const ID_START = 4;
const ID_END = 40;
const METADATA_TAG = 0x32;
const CUSTOM_METADATA_TAG = 0x3a;
const DATA_TAG = 0x42;

const CONTENT_TYPE = Buffer.from('content-type');
const JSON_CONTENT = 'application/json';
const JSON_ENTRY = mapEntry('content-type', JSON_CONTENT);
const BINARY_ENTRY = mapEntry('content-type', 'application/octet-stream');
const TYPE_KEY = field(0x0a, Buffer.from('type'));
const CREATED = Buffer.from('created');
const CREATED_KEY = field(0x0a, CREATED);
export const LINK_TYPE = Buffer.from('$>');

function mapEntry(key: string, value: string): Buffer {
  return field(METADATA_TAG, Buffer.concat([field(0x0a, Buffer.from(key)), field(0x12, Buffer.from(value))]));
}

/** The record's stream identifier field. It is the same for all of a stream, so callers keep it. */
export function streamNameField(name: Buffer): Buffer {
  return field(0x12, field(0x1a, name));
}

export interface RecordPlace {
  readonly nameField: Buffer;
  readonly revision: number;
  readonly position: number;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly tombstone?: boolean;
}

/** Lays a proposed event down as `RecordedEvent` bytes, in field order, so that the views below find their way. */
export function encodeRecord(event: ProposedEvent, place: RecordPlace): Buffer {
  const { nameField, revision, position } = place;
  const created = `${place.created}0000`;
  const content = event.json ? JSON_ENTRY : BINARY_ENTRY;
  const typeEntry = TYPE_KEY.length + blockSize(event.type.length);
  const createdEntry = CREATED_KEY.length + blockSize(created.length);
  const revisionSize = place.tombstone ? TOMBSTONE_REVISION.length : varintSize(revision);
  const positionSize = 1 + varintSize(position);
  const size =
    ID_END + nameField.length + 1 + revisionSize + 2 * positionSize + blockSize(typeEntry) + content.length +
    blockSize(createdEntry) + optionalSize(event.metadata) + optionalSize(event.data);
  const out = Buffer.allocUnsafe(size);
  out[0] = 0x0a;
  out[1] = 38;
  out[2] = 0x12;
  out[3] = 36;
  out.write(event.id, ID_START, 'latin1');
  out.set(nameField, ID_END);
  let at = ID_END + nameField.length;
  out[at++] = 0x18;
  at = place.tombstone ? put(out, at, TOMBSTONE_REVISION) : putVarint(out, at, revision);
  out[at++] = 0x20;
  at = putVarint(out, at, position);
  out[at++] = 0x28;
  at = putVarint(out, at, position);
  out[at++] = METADATA_TAG;
  at = put(out, putVarint(out, at, typeEntry), TYPE_KEY);
  at = putBlock(out, at, 0x12, event.type);
  at = put(out, at, content);
  out[at++] = METADATA_TAG;
  at = put(out, putVarint(out, at, createdEntry), CREATED_KEY);
  out[at++] = 0x12;
  out[at++] = created.length;
  at += out.write(created, at, 'latin1');
  if (event.metadata.length > 0) at = putBlock(out, at, CUSTOM_METADATA_TAG, event.metadata);
  if (event.data.length > 0) putBlock(out, at, DATA_TAG, event.data);
  return out;
}

function blockSize(length: number): number {
  return 1 + varintSize(length) + length;
}

function optionalSize(content: Buffer): number {
  return content.length > 0 ? blockSize(content.length) : 0;
}

function put(target: Buffer, at: number, content: Buffer): number {
  target.set(content, at);
  return at + content.length;
}

function putBlock(target: Buffer, at: number, tag: number, content: Buffer): number {
  target[at++] = tag;
  return put(target, putVarint(target, at, content.length), content);
}

/** The event that a record tells of. A tombstone's revision is too large to be exact. */
export function eventOfRecord(record: Buffer): StoredEvent {
  const reader = new WireReader(record, ID_END);
  reader.skip(reader.tag());
  reader.tag();
  const revision = reader.varint();
  reader.tag();
  return { revision, position: reader.varint(), record };
}

export function recordId(record: Buffer): string {
  return record.toString('latin1', ID_START, ID_END);
}

/** The record for clients that take ids as two numbers. What is written, and all views here, have them as text. */
export function withStructuredId(record: Buffer): Buffer {
  return Buffer.concat([field(0x0a, structuredUuid(recordId(record))), record.subarray(ID_END)]);
}

/** The stream's name as UTF-8 bytes, a view of the record. */
export function recordStreamName(record: Buffer): Buffer {
  const reader = new WireReader(record, ID_END + 1);
  const identifier = reader.message();
  identifier.tag();
  return identifier.view();
}

/** Whether the stream's name begins with `$`: without a view, as every event that is read is asked. */
export function isOfSystemStream(record: Buffer): boolean {
  let at = ID_END + 1;
  for (let block = 0; block < 2; block++) {
    while (record[at]! >= 0x80) at++;
    at += 2;
  }
  return record[at - 1] === 0x24;
}

/** The event type as UTF-8 bytes, a view of the record. */
export function recordType(record: Buffer): Buffer {
  const reader = new WireReader(record, ID_END);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag !== METADATA_TAG) {
      reader.skip(tag);
      continue;
    }
    const entry = reader.message();
    entry.position += TYPE_KEY.length + 1;
    return entry.view();
  }
  return Buffer.alloc(0);
}

/** When the event was written, in milliseconds since the epoch. */
export function recordCreated(record: Buffer): number {
  // In ticks of 100 ns.
  return Number(metadataEntry(record, CREATED).slice(0, -4));
}

/** Whether the event is marked as JSON. */
export function isJson(record: Buffer): boolean {
  return metadataEntry(record, CONTENT_TYPE) === JSON_CONTENT;
}

/** Empty if there is none. */
function metadataEntry(record: Buffer, key: Buffer): string {
  const reader = new WireReader(record, ID_END);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag !== METADATA_TAG) {
      reader.skip(tag);
      continue;
    }
    const entry = reader.message();
    entry.tag();
    if (!entry.view().equals(key)) continue;
    entry.tag();
    return entry.text();
  }
  return '';
}

/** The event's data, a view of the record. */
export function recordData(record: Buffer): Buffer {
  return lateField(record, DATA_TAG);
}

/** The client's own metadata, a view of the record. */
export function recordCustomMetadata(record: Buffer): Buffer {
  return lateField(record, CUSTOM_METADATA_TAG);
}

function lateField(record: Buffer, wanted: number): Buffer {
  const reader = new WireReader(record, ID_END);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === wanted) return reader.view();
    reader.skip(tag);
  }
  return Buffer.alloc(0);
}

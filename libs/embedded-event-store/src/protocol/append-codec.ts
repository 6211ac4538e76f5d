import type { ProposedEvent } from './recorded-event.js';
import { readUuid } from './uuid.js';
import { field, varintField, WireReader } from './wire.js';

/** What an append expects of its stream: a revision (0 and up), or one of these. */
export const NO_STREAM = -1;
export const ANY = -2;
export const STREAM_EXISTS = -4;
/** A request that leaves out what it expects cannot be served. */
export const NOTHING_SAID = -3;

/** A client that counts from -1 sends 2^64 - 1 for it, which is 2^64 to a number. */
const MINUS_ONE = 2 ** 64;

/** What a request expects that names a revision. */
export function expectedRevision(revision: number): number {
  return revision === MINUS_ONE ? NO_STREAM : revision;
}

/** A request that breaks the protocol in itself, whatever the store holds. */
export class InvalidRequest extends Error {
  constructor(
    message: string,
    /** The metadata keys that every event needs, if one of them is absent. */
    readonly needed: readonly string[] = [],
  ) {
    super(message);
  }
}

export interface AppendOptions {
  readonly stream: string;
  readonly expected: number;
  /** Milliseconds since the epoch after which the append must not happen. */
  readonly deadline: number;
  /** The stream identifier message as it came. */
  readonly identifier: Buffer;
}

/** One message of a batch append. An append may come in several, joined by the correlation id. */
export interface BatchChunk {
  /** Canonical UUID. */
  readonly correlation: string;
  /** The correlation id's message as it came, for the reply. */
  readonly correlationField: Buffer;
  readonly options?: AppendOptions;
  /** The events of this chunk, still encoded. */
  readonly events: readonly WireReader[];
  readonly final: boolean;
}

const EMPTY: Buffer = Buffer.alloc(0);
const JSON_CONTENT = 'application/json';
const NEEDED_METADATA = ['type', 'content-type'];
const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/** Throws RangeError for bytes that are no BatchAppendReq, InvalidRequest without a usable correlation id. */
export function readBatchChunk(bytes: Buffer): BatchChunk {
  const reader = new WireReader(bytes);
  let correlationField = EMPTY;
  let options: AppendOptions | undefined;
  let final = false;
  const events: WireReader[] = [];
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x0a) correlationField = reader.view();
    else if (tag === 0x12) options = readOptions(reader.message());
    else if (tag === 0x1a) events.push(reader.message());
    else if (tag === 0x20) final = reader.varint() !== 0;
    else reader.skip(tag);
  }
  const correlation = readUuid(new WireReader(correlationField));
  if (correlation === undefined) throw new InvalidRequest('a batch append needs a correlation id');
  return { correlation, correlationField, options, events, final };
}

function readOptions(reader: WireReader): AppendOptions {
  let identifier = EMPTY;
  let expected = NOTHING_SAID;
  let deadline = Infinity;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x0a) identifier = reader.view();
    else if (tag === 0x10) expected = expectedRevision(reader.varint());
    else if (tag === 0x1a) expected = (reader.view(), NO_STREAM);
    else if (tag === 0x22) expected = (reader.view(), ANY);
    else if (tag === 0x2a) expected = (reader.view(), STREAM_EXISTS);
    else if (tag === 0x32) deadline = readTime(reader.message());
    else if (tag === 0x3a) deadline = Date.now() + readTime(reader.message());
    else reader.skip(tag);
  }
  return { stream: readStreamName(identifier), expected, deadline, identifier };
}

/** Seconds and nanoseconds (Timestamp and Duration look alike) as milliseconds. */
function readTime(reader: WireReader): number {
  let milliseconds = 0;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x08) milliseconds += Number(BigInt.asIntN(64, reader.varint64())) * 1000;
    else if (tag === 0x10) milliseconds += reader.varint() / 1e6;
    else reader.skip(tag);
  }
  return milliseconds;
}

function readStreamName(identifier: Buffer): string {
  const reader = new WireReader(identifier);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x1a) return reader.text();
    reader.skip(tag);
  }
  return '';
}

/** One message of the client-streaming append: the options first, then one event each. */
export function readAppendMessage(bytes: Buffer): AppendOptions | WireReader | undefined {
  const reader = new WireReader(bytes);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x0a) return readOptions(reader.message());
    if (tag === 0x12) return reader.message();
    reader.skip(tag);
  }
  return undefined;
}

/** Throws InvalidRequest if the event has no UUID or no type, or lacks the metadata for its type or content type. */
export function readProposedEvent(reader: WireReader): ProposedEvent {
  let id: string | undefined;
  let type: Buffer | undefined;
  let content: string | undefined;
  let metadata = EMPTY;
  let data = EMPTY;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x0a) id = readUuid(reader.message());
    else if (tag === 0x12) {
      const entry = readMapEntry(reader.message());
      if (entry.key === 'type') type = entry.value;
      else if (entry.key === 'content-type') content = entry.value.toString('latin1');
    } else if (tag === 0x1a) metadata = reader.view();
    else if (tag === 0x22) data = reader.view();
    else reader.skip(tag);
  }
  if (id === undefined || id === NIL_UUID) throw new InvalidRequest('an event needs a UUID as its id');
  if (type === undefined || content === undefined) {
    throw new InvalidRequest(`an event lacks the metadata ${type === undefined ? 'type' : 'content-type'}`, NEEDED_METADATA);
  }
  if (type.length === 0) throw new InvalidRequest('an event needs a type');
  return { id, type, json: content === JSON_CONTENT, metadata, data };
}

function readMapEntry(reader: WireReader): { key: string; value: Buffer } {
  let key = '';
  let value = EMPTY;
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x0a) key = reader.text();
    else if (tag === 0x12) value = reader.view();
    else reader.skip(tag);
  }
  return { key, value };
}

/** What an append weighs against the size limit, in bytes: its type counts as UTF-16. */
export function weightOf(event: ProposedEvent): number {
  return event.data.length + event.metadata.length + 2 * utf16Length(event.type);
}

/** Every character is one unit, and one beyond the first plane (four bytes of UTF-8) two. */
function utf16Length(utf8: Buffer): number {
  let units = 0;
  for (let at = 0; at < utf8.length; at++) {
    const byte = utf8[at]!;
    if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
}

const NOTHING = (tag: number): Buffer => Buffer.from([tag, 0]);

function positionMessage(position: number): Buffer {
  return Buffer.concat([varintField(0x08, position), varintField(0x10, position)]);
}

/** The fields that AppendResp.Success and BatchAppendResp.Success share in meaning and number. */
function successMessage(revision: number, position: number | undefined): Buffer {
  return Buffer.concat([
    revision < 0 ? NOTHING(0x12) : varintField(0x08, revision),
    position === undefined ? NOTHING(0x22) : field(0x1a, positionMessage(position)),
  ]);
}

/** BatchAppendResp for a durable append. A position is absent if it repeats what is hidden by now. */
export function batchSuccess(request: BatchReplyTo, revision: number, position: number | undefined): Buffer {
  return batchReply(request, field(0x1a, successMessage(revision, position)));
}

/** Who a batch reply goes to. */
export interface BatchReplyTo {
  readonly correlationField: Buffer;
  readonly options: AppendOptions;
}

/** BatchAppendResp for a refused append: a status with one typed detail of package event_store.client. */
export function batchFailure(request: BatchReplyTo, code: number, message: string, type: string, detail: Buffer): Buffer {
  const any = Buffer.concat([
    field(0x0a, Buffer.from(`type.googleapis.com/event_store.client.${type}`)),
    field(0x12, detail),
  ]);
  const status = Buffer.concat([varintField(0x08, code), field(0x12, Buffer.from(message)), field(0x1a, any)]);
  return batchReply(request, field(0x12, status));
}

function batchReply(request: BatchReplyTo, result: Buffer): Buffer {
  const { expected, identifier } = request.options;
  return Buffer.concat([
    field(0x0a, request.correlationField),
    result,
    field(0x22, identifier),
    expected >= 0 ? varintField(0x28, expected) : NOTHING(expected === NO_STREAM ? 0x32 : expected === ANY ? 0x3a : 0x42),
  ]);
}

/** Detail of a wrong expected version (event_store.client.WrongExpectedVersion). `current` is -1 without a stream. */
export function wrongVersionDetail(expected: number, current: number): Buffer {
  return Buffer.concat([
    current < 0 ? NOTHING(0x12) : varintField(0x08, current),
    expected >= 0 ? varintField(0x18, expected) : NOTHING(expected === ANY ? 0x22 : expected === NO_STREAM ? 0x32 : 0x2a),
  ]);
}

export function appendSuccess(revision: number, position: number | undefined): Buffer {
  return field(0x0a, successMessage(revision, position));
}

/** AppendResp for a wrong expected version: an answer, not an error. */
export function appendWrongVersion(expected: number, current: number): Buffer {
  return field(
    0x12,
    Buffer.concat([
      current < 0 ? NOTHING(0x3a) : varintField(0x30, current),
      expected >= 0 ? varintField(0x40, expected) : NOTHING(expected === ANY ? 0x4a : expected === STREAM_EXISTS ? 0x52 : 0x5a),
    ]),
  );
}

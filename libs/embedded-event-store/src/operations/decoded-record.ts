import { canonicalUuid } from '../protocol/uuid.js';
import { WireReader } from '../protocol/wire.js';

/** A stored record taken apart. Serving never needs this: it copies records as they are. */
export interface DecodedRecord {
  readonly id: string;
  readonly stream: string;
  /** 2^63 - 1 for a tombstone. */
  readonly revision: bigint;
  readonly prepare: number;
  readonly commit: number;
  readonly type: string;
  readonly contentType: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly metadata: Buffer;
  readonly data: Buffer;
}

const TICKS_PER_MILLISECOND = 10_000;

/** Throws RangeError, saying what is wrong, for bytes that are not a whole record. */
export function decodeRecord(record: Buffer): DecodedRecord {
  const properties = new Map<string, string>();
  let id: string | undefined;
  let stream: string | undefined;
  let revision = 0n;
  let prepare = 0;
  let commit = 0;
  let metadata: Buffer = Buffer.alloc(0);
  let data: Buffer = Buffer.alloc(0);
  const reader = new WireReader(record);
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x0a) id = canonicalUuid(onlyField(reader.message(), 0x12));
    else if (tag === 0x12) stream = onlyField(reader.message(), 0x1a);
    else if (tag === 0x18) revision = reader.varint64();
    else if (tag === 0x20) prepare = reader.varint();
    else if (tag === 0x28) commit = reader.varint();
    else if (tag === 0x32) addEntry(properties, reader.message());
    else if (tag === 0x3a) metadata = reader.view();
    else if (tag === 0x42) data = reader.view();
    else throw new RangeError(`unknown field ${tag >> 3}`);
  }
  const type = properties.get('type');
  const contentType = properties.get('content-type');
  const created = Number(properties.get('created')) / TICKS_PER_MILLISECOND;
  if (id === undefined) throw new RangeError('no event id');
  if (stream === undefined) throw new RangeError('no stream name');
  if (type === undefined || contentType === undefined) throw new RangeError('no type or content type');
  if (!Number.isFinite(created)) throw new RangeError('no record time');
  return { id, stream, revision, prepare, commit, type, contentType, created, metadata, data };
}

function onlyField(reader: WireReader, wanted: number): string {
  if (reader.tag() !== wanted) throw new RangeError('unexpected nested field');
  return reader.text();
}

function addEntry(properties: Map<string, string>, reader: WireReader): void {
  let key = '';
  let value = '';
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === 0x0a) key = reader.text();
    else if (tag === 0x12) value = reader.text();
    else reader.skip(tag);
  }
  properties.set(key, value);
}

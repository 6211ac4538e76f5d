import type { EventDatabase } from './database.js';
import { FifoMap } from './fifo-map.js';
import { isJson, recordData, streamNameField } from '../protocol/recorded-event.js';
import { METADATA_OF_METADATA, NO_METADATA, parseStreamMetadata, type StreamMetadata } from './stream-metadata.js';

/** What the store knows of a stream without reading its events. */
export interface StreamHead {
  readonly name: string;
  readonly nameField: Buffer;
  /** The stream's number, 0 before its first event. */
  id: number;
  /** The last revision that was written, -1 without events. */
  last: number;
  /** The last revision that is durable, and so shown to readers. */
  durable: number;
  tombstoned: boolean;
  /** Read when first asked for. */
  metadata?: StreamMetadata;
  /** Its latest event ids are in the memory of ids. */
  remembered: boolean;
}

const METADATA_PREFIX = '$$';

export function isMetadataStream(stream: string): boolean {
  return stream.startsWith(METADATA_PREFIX);
}

export function metadataStreamOf(stream: string): string {
  return METADATA_PREFIX + stream;
}

/**
 * A bounded memory of stream heads, filled as streams are asked for: opening a large store loads none. It holds far more
 * than one transaction can write to, so that a head whose last event is not durable yet is always in here.
 */
export class StreamHeads {
  private readonly heads: FifoMap<StreamHead>;

  constructor(
    private readonly database: EventDatabase,
    capacity = 100_000,
  ) {
    this.heads = new FifoMap(capacity);
  }

  get(name: string): StreamHead {
    const known = this.heads.get(name);
    if (known !== undefined) return known;
    const head = this.load(name);
    this.heads.set(name, head);
    return head;
  }

  private load(name: string): StreamHead {
    const nameField = streamNameField(Buffer.from(name));
    const row = this.database.findStream.get(name);
    if (row === undefined) return { name, nameField, id: 0, last: -1, durable: -1, tombstoned: false, remembered: true };
    const last = this.database.lastOfStream.get(row.id)?.revision ?? -1;
    return { name, nameField, id: row.id, last, durable: last, tombstoned: row.tombstoned === 1, remembered: false };
  }

  /** The stream whose metadata a metadata stream holds. */
  original(metadataStream: string): StreamHead {
    return this.get(metadataStream.slice(METADATA_PREFIX.length));
  }

  /** A stream that has ended takes its metadata stream along. */
  isTombstoned(head: StreamHead): boolean {
    return head.tombstoned || (isMetadataStream(head.name) && this.isTombstoned(this.original(head.name)));
  }

  metadata(head: StreamHead): StreamMetadata {
    return (head.metadata ??= this.loadMetadata(head.name));
  }

  private loadMetadata(name: string): StreamMetadata {
    if (isMetadataStream(name)) return METADATA_OF_METADATA;
    const event = this.database.lastNamed.get(metadataStreamOf(name));
    return event === undefined ? NO_METADATA : parseStreamMetadata(recordData(event.record), isJson(event.record));
  }

  /** A metadata stream was written to: its stream's settings have to be read again. */
  forgetMetadata(metadataStream: string): void {
    const head = this.heads.get(metadataStream.slice(METADATA_PREFIX.length));
    if (head !== undefined) head.metadata = undefined;
  }

  /** After a transaction that did not happen nothing remembered can be trusted. */
  clear(): void {
    this.heads.clear();
  }
}

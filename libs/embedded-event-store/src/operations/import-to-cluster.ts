import { AccessDeniedError, NO_STREAM, StreamDeletedError, StreamNotFoundError, WrongExpectedVersionError, type EventData, type EventStoreDBClient } from '@eventstore/db-client';

import { weightOf } from '../protocol/append-codec.js';
import { toClientEvent } from '../protocol/client-event.js';
import type { LineEvent } from './event-line.js';
import { OperationFailed } from './operation-failed.js';
import { isMetadataStream } from '../storage/stream-heads.js';
import { parseStreamMetadata } from '../storage/stream-metadata.js';

export interface ClusterImportReport {
  readonly events: number;
  readonly streams: number;
  /** Events of system streams, which the cluster keeps itself. */
  readonly skipped: number;
}

export interface ClusterImportOptions {
  /** Also streams whose names begin with `$`, as link streams and parked messages. */
  readonly withSystem?: boolean;
}

const MOST_EVENTS = 500;
const MOST_BYTES = 512 * 1024;
/** The client sets no timer of its own, and may wait for ever for an append whose connection ended. */
const TIMEOUT_MS = 30_000;

interface TargetStream {
  /** The revision of the first line, which is 0 at the target. */
  readonly offset: number;
  next: number;
  /** Its last metadata so far hides it: the next write makes the target add metadata that brings it back. */
  hidden: boolean;
  /** The next event of this metadata stream is one that the target has written itself. */
  ownNext: boolean;
}

/**
 * Appends events to a cluster in their order, each at its exact revision. Run again it goes on where it stopped, as
 * the cluster takes a repeated append with the same ids for the first one. Throws OperationFailed or the client's error.
 */
export async function importToCluster(
  events: AsyncIterable<LineEvent>,
  client: EventStoreDBClient,
  { withSystem = false }: ClusterImportOptions = {},
): Promise<ClusterImportReport> {
  const importer = new ClusterImporter(client);
  let skipped = 0;
  for await (const event of events) {
    if (!withSystem && isSystem(event.stream)) skipped++;
    else await importer.add(event);
  }
  await importer.finish();
  return { events: importer.events, streams: importer.streamCount, skipped };
}

/** A metadata stream belongs to its stream. */
function isSystem(stream: string): boolean {
  return originalOf(stream).startsWith('$');
}

function originalOf(stream: string): string {
  return isMetadataStream(stream) ? stream.slice(2) : stream;
}

class ClusterImporter {
  events = 0;
  private readonly streams = new Map<string, TargetStream>();
  /** Streams that have a tombstone at the target already, as a run before this one leaves them. */
  private readonly deleted = new Set<string>();
  private readonly tombstones = new Set<string>();
  private batch: EventData[] = [];
  private batchStream = '';
  private batchBytes = 0;

  constructor(private readonly client: EventStoreDBClient) {}

  get streamCount(): number {
    return this.streams.size;
  }

  async add(event: LineEvent): Promise<void> {
    const { stream: name } = event;
    const stream = this.streams.get(name) ?? this.open(event);
    const weight = weightOf(event);
    const full = this.batch.length === MOST_EVENTS || this.batchBytes + weight > MOST_BYTES;
    const alone = event.tombstone || isSoftDelete(event);
    if (name !== this.batchStream || full || alone) await this.flush();
    if (event.revision !== stream.offset + stream.next + (name === this.batchStream ? this.batch.length : 0)) {
      throw new OperationFailed(`event ${event.id} (${event.revision}@${name}) does not follow the one before in its stream`);
    }
    this.events++;
    if (event.tombstone) return this.tombstone(name, stream);
    if (isSoftDelete(event)) return this.softDelete(name, stream);
    if (stream.ownNext) {
      stream.ownNext = false;
      stream.next++;
      return;
    }
    this.bringBack(event);
    this.batchStream = name;
    this.batch.push(toClientEvent(event));
    this.batchBytes += weight;
  }

  async finish(): Promise<void> {
    await this.flush();
    for (const name of this.deleted) {
      if (!this.tombstones.has(name)) throw new OperationFailed(`stream ${name} is deleted for good at the target`, { kind: 'conflict' });
    }
  }

  /** A write to a hidden stream, or to its metadata, brings it back: the target then adds an event to the metadata. */
  private bringBack(event: LineEvent): void {
    const name = originalOf(event.stream);
    const original = this.streams.get(name);
    if (original?.hidden !== true) return;
    original.hidden = false;
    const adds = event.stream === name || parseStreamMetadata(event.data).document !== undefined;
    if (adds) this.streams.get(`$$${name}`)!.ownNext = true;
  }

  private open({ stream: name, revision }: LineEvent): TargetStream {
    // Only the latest event of a metadata stream counts, and nothing refers to its revision.
    if (revision > 0 && !isMetadataStream(name)) {
      throw new OperationFailed(`stream ${name} begins at revision ${revision}, as its older events were scavenged; a cluster cannot begin a stream there`);
    }
    return this.remember(name, revision);
  }

  private remember(name: string, offset: number): TargetStream {
    const stream = { offset, next: 0, hidden: false, ownNext: false };
    this.streams.set(name, stream);
    return stream;
  }

  private async flush(): Promise<void> {
    const { batch, batchStream: name } = this;
    const stream = this.streams.get(name);
    this.batch = [];
    this.batchStream = '';
    this.batchBytes = 0;
    if (stream === undefined || batch.length === 0) return;
    const first = stream.next;
    stream.next += batch.length;
    const known = await this.append(name, first, batch);
    if (known === 0) return;
    // An earlier run ended inside of this batch. The known part is sent again, to see that it is the same.
    const conflict = known < 0 || known >= batch.length;
    if (conflict || (await this.append(name, first, batch.slice(0, known))) !== 0 || (await this.append(name, first + known, batch.slice(known))) !== 0) {
      throw new OperationFailed(`stream ${name} has other events at the target`, { kind: 'conflict' });
    }
  }

  /** Appends behind `first`. Resolves with 0, or with how many more events the target has than it should. */
  private async append(name: string, first: number, batch: EventData[]): Promise<number> {
    const expectedRevision = first === 0 ? NO_STREAM : BigInt(first - 1);
    try {
      const result = await this.unlessDeleted(name, () => this.client.appendToStream(name, batch, { expectedRevision }));
      const last = BigInt(first + batch.length - 1);
      return result === undefined ? 0 : Number(result.nextExpectedRevision - last);
    } catch (error) {
      if (!(error instanceof WrongExpectedVersionError)) throw error;
      return (typeof error.actualVersion === 'bigint' ? Number(error.actualVersion) + 1 : 0) - first || -1;
    }
  }

  private async tombstone(name: string, stream: TargetStream): Promise<void> {
    const expectedRevision = stream.next === 0 ? NO_STREAM : BigInt(stream.next - 1);
    this.tombstones.add(name);
    stream.next++;
    await this.unlessDeleted(name, () => this.client.tombstoneStream(name, { expectedRevision }));
  }

  /**
   * A soft delete's metadata holds a number that the client cannot write, so the stream is deleted instead: the same
   * document, but with an id of the target's. So repeats are told by the metadata stream's length.
   */
  private async softDelete(metadataStream: string, target: TargetStream): Promise<void> {
    const name = originalOf(metadataStream);
    const stream = this.streams.get(name) ?? this.remember(name, 0);
    const revision = target.next++;
    stream.hidden = true;
    if ((await this.lastRevision(metadataStream)) >= revision) return;
    const expectedRevision = stream.next === 0 ? undefined : BigInt(stream.next - 1);
    await this.unlessDeleted(name, () => this.client.deleteStream(name, { expectedRevision }));
  }

  private async lastRevision(stream: string): Promise<number> {
    let last = -1;
    try {
      // Read to its end: the client's stream never lets go of a loop that is left early.
      for await (const { event } of this.client.readStream(stream, { direction: 'backwards', fromRevision: 'end', maxCount: 1 })) {
        last = Number(event?.revision ?? -1);
      }
    } catch (error) {
      if (error instanceof StreamDeletedError) this.deleted.add(originalOf(stream));
      else if (!(error instanceof StreamNotFoundError)) throw error;
    }
    return last;
  }

  /** Leaves out calls for a stream that is deleted for good: it has its tombstone from an earlier run. */
  private async unlessDeleted<T>(name: string, call: () => Promise<T>): Promise<T | undefined> {
    if (this.deleted.has(originalOf(name))) return undefined;
    try {
      return await inTime(call(), name);
    } catch (error) {
      if (error instanceof AccessDeniedError) throw new OperationFailed(`access denied: a write to ${name} at the target${reasonIn(error)}`);
      if (!(error instanceof StreamDeletedError)) throw error;
      this.deleted.add(originalOf(name));
      return undefined;
    }
  }
}

/** Of a batch, the client tells none. */
const reasonIn = ({ message }: Error): string => (message === '' || message === 'Error' ? '' : ` (${message})`);

function isSoftDelete(event: LineEvent): boolean {
  return isMetadataStream(event.stream) && event.type.equals(Buffer.from('$metadata')) && parseStreamMetadata(event.data).softDeleted;
}

async function inTime<T>(call: Promise<T>, stream: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new OperationFailed(`no answer for stream ${stream} in ${TIMEOUT_MS / 1000} s`)), TIMEOUT_MS);
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}

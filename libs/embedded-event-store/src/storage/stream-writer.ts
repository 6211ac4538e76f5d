import { randomUUID } from 'node:crypto';

import { decideAppend, type StreamFacts } from './append-rules.js';
import type { EventDatabase } from './database.js';
import { FifoMap } from './fifo-map.js';
import { encodeRecord, recordId, type ProposedEvent, type EventRow } from '../protocol/recorded-event.js';
import { isMetadataStream, metadataStreamOf, type StreamHead, type StreamHeads } from './stream-heads.js';
import { firstVisible, oldestVisible, SOFT_DELETE_DOCUMENT } from './stream-metadata.js';

/** How an append, delete or tombstone ended. Revisions are -1 for a stream without events; what is hidden by now has no position. */
export type WriteOutcome =
  | { readonly kind: 'written'; readonly revision: number; readonly position: number | undefined }
  | { readonly kind: 'wrong-version'; readonly current: number }
  | { readonly kind: 'deleted' };

const METADATA_TYPE = Buffer.from('$metadata');
const TOMBSTONE_TYPE = Buffer.from('$streamDeleted');
const NOTHING = Buffer.alloc(0);

/** How many event ids are remembered for appends without an exact revision, over all streams. */
const REMEMBERED_IDS = 100_000;
/** How many of a stream's latest ids are read back when it is first written to after a start. */
const REMEMBERED_PER_STREAM = 512;

/**
 * Writes to streams inside the transaction that GroupCommit holds open. Heads move ahead in memory; `takeWritten` is
 * what the transaction added, and `forget` undoes the memory if it fails.
 */
export class StreamWriter {
  private readonly ids = new FifoMap<{ revision: number; position: number }>(REMEMBERED_IDS);
  private written: EventRow[] = [];
  private readonly changed = new Set<StreamHead>();
  /** Of the last event that is durable. */
  private durable: number;
  /** Of the last event in the open transaction. */
  private position: number;
  private clock: number;

  constructor(
    private readonly database: EventDatabase,
    private readonly heads: StreamHeads,
  ) {
    const last = database.lastOfAll.get();
    this.position = this.durable = last?.position ?? 0;
    this.clock = last?.created ?? 0;
  }

  append(stream: string, expected: number, events: readonly ProposedEvent[]): WriteOutcome {
    const head = this.heads.get(stream);
    const decision = decideAppend(expected, events.map((event) => event.id), this.facts(head));
    switch (decision.kind) {
      case 'deleted':
        return decision;
      case 'wrong-version':
        return { kind: 'wrong-version', current: head.last };
      case 'repeat':
        return { kind: 'written', revision: decision.revision, position: this.shows(head, decision) ? decision.position : undefined };
      case 'write':
        return this.writeAll(head, events);
    }
  }

  /** Hides all events of a stream. Its next append goes on behind them. */
  delete(stream: string, expected: number): WriteOutcome {
    const head = this.heads.get(stream);
    const refusal = this.refuses(head, expected);
    if (refusal !== undefined) return refusal;
    if (head.last < 0 && !this.heads.metadata(head).exists) return { kind: 'wrong-version', current: head.last };
    this.writeMetadata(stream, SOFT_DELETE_DOCUMENT);
    return { kind: 'written', revision: head.last, position: this.position };
  }

  /** Ends a stream for good, also one that was never written to. */
  tombstone(stream: string, expected: number): WriteOutcome {
    const head = this.heads.get(stream);
    const refusal = this.refuses(head, expected);
    if (refusal !== undefined) return refusal;
    this.write(head, { id: randomUUID(), type: TOMBSTONE_TYPE, json: false, metadata: NOTHING, data: NOTHING }, true);
    this.database.tombstoneStream.run(head.id);
    head.tombstoned = true;
    return { kind: 'written', revision: head.last, position: this.position };
  }

  /** Sets a stream's whole metadata document. */
  writeMetadata(stream: string, document: Buffer): void {
    const head = this.heads.get(metadataStreamOf(stream));
    this.write(head, { id: randomUUID(), type: METADATA_TYPE, json: true, metadata: NOTHING, data: document });
  }

  /** The position of the last durable event, 0 in an empty store. */
  get lastPosition(): number {
    return this.durable;
  }

  /** What the transaction wrote that is durable now, and to which streams. Starts the next one with nothing. */
  takeWritten(): { events: readonly EventRow[]; streams: readonly string[] } {
    const result = { events: this.written, streams: [...this.changed].map((head) => head.name) };
    for (const head of this.changed) head.durable = head.last;
    this.written = [];
    this.changed.clear();
    this.durable = this.position;
    return result;
  }

  forget(): void {
    this.written = [];
    this.changed.clear();
    this.heads.clear();
    this.ids.clear();
    this.position = this.durable;
  }

  private write(head: StreamHead, event: ProposedEvent, tombstone = false): void {
    if (head.id === 0) head.id = Number(this.database.insertStream.run(head.name).lastInsertRowid);
    const position = this.position + 1;
    const revision = head.last + 1;
    // Record times never go back, whatever the system's clock does: $maxAge relies on their order.
    const created = (this.clock = Math.max(this.clock, Date.now()));
    const record = encodeRecord(event, { nameField: head.nameField, revision, position, created, tombstone });
    this.database.insertEvent.run(position, head.id, revision, created, record);
    this.position = position;
    head.last = revision;
    const key = event.id + head.id;
    // The first use of an id is the one that a repeat is answered with.
    if (this.ids.get(key) === undefined) this.ids.set(key, { revision, position });
    this.written.push({ position, stream: head.id, revision, created, record });
    this.changed.add(head);
    if (isMetadataStream(head.name)) this.heads.forgetMetadata(head.name);
  }

  /** A write to a deleted stream or to its metadata brings it back without its past. */
  private writeAll(head: StreamHead, events: readonly ProposedEvent[]): WriteOutcome {
    const firstNew = head.last + 1;
    const original = isMetadataStream(head.name) ? this.heads.original(head.name) : undefined;
    const wasDeleted = this.heads.metadata(head).softDeleted;
    const originalWasDeleted = original !== undefined && this.heads.metadata(original).softDeleted;
    for (const event of events) this.write(head, event);
    // Nothing is written at a position as well: the end of the log.
    const outcome = { kind: 'written', revision: head.last, position: this.position } as const;
    if (wasDeleted) this.hideBefore(head, firstNew);
    if (originalWasDeleted) this.hideBefore(original, original.last + 1);
    return outcome;
  }

  /** Whether readers may see an event. A repeat of one that they may not is answered without its position. */
  private shows(head: StreamHead, { revision }: { revision: number }): boolean {
    const metadata = this.heads.metadata(head);
    if (metadata.softDeleted || revision < firstVisible(metadata, head.last)) return false;
    const event = this.database.eventAt.get(head.id, revision);
    return event !== undefined && event.created >= oldestVisible(metadata, Date.now());
  }

  /** Keeps what else the stream's metadata says. What is no JSON object cannot be added to, and hides nothing. */
  private hideBefore(head: StreamHead, revision: number): void {
    const { document } = this.heads.metadata(head);
    if (document !== undefined) this.writeMetadata(head.name, Buffer.from(JSON.stringify({ ...document, $tb: revision })));
  }

  /** A delete is held to the same rules as an append of one new event. */
  private refuses(head: StreamHead, expected: number): WriteOutcome | undefined {
    const decision = decideAppend(expected, [randomUUID()], this.facts(head));
    if (decision.kind === 'write') return undefined;
    return decision.kind === 'deleted' ? decision : { kind: 'wrong-version', current: head.last };
  }

  private facts(head: StreamHead): StreamFacts {
    return {
      last: head.last,
      tombstoned: this.heads.isTombstoned(head),
      softDeleted: () => this.heads.metadata(head).softDeleted,
      hasMetadata: () => this.heads.metadata(head).exists,
      recall: (id) => {
        this.remember(head);
        return this.ids.get(id + head.id);
      },
      at: (revision) => {
        const event = this.database.eventAt.get(head.id, revision);
        return event && { id: recordId(event.record), position: event.position };
      },
    };
  }

  private remember(head: StreamHead): void {
    if (head.remembered) return;
    head.remembered = true;
    for (const { id, revision, position } of this.database.newestOfStream.all(head.id, REMEMBERED_PER_STREAM)) {
      this.ids.set(id + head.id, { revision, position });
    }
  }
}

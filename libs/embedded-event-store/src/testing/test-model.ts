import { ANY, NO_STREAM, STREAM_EXISTS } from '../protocol/append-codec.js';

/**
 * What EventStoreDB 23.10 answers, in as few lines as possible: a list of events and the rules of its IndexWriter
 * (CheckCommit), StorageWriterService (deletes and un-deletes) and IndexReader (what is visible). Pure, and written from
 * those rules and not from our server, so that both can be wrong only independently. Three things are ours: positions are
 * counted from 1 (EventStoreDB promises only their order), an append of nothing is at the last of them and takes none, and
 * no event id is ever forgotten.
 */
export interface ModelEvent {
  readonly position: number;
  readonly stream: string;
  /** As on the wire: a tombstone has the largest possible one. */
  readonly revision: string;
  readonly id: string | undefined;
  readonly type: string;
  readonly data: string;
}

export type Document = Readonly<Record<string, unknown>>;

export type ModelOutcome =
  | { readonly kind: 'written'; readonly revision?: number; readonly position?: number }
  | { readonly kind: 'wrong-version'; readonly current: number }
  | { readonly kind: 'deleted' };

type Decision = ModelOutcome | { readonly kind: 'write' };

export type ModelRead = 'not found' | 'deleted' | readonly ModelEvent[];

export interface ReadStep {
  readonly from: number | 'start' | 'end';
  readonly backwards: boolean;
  readonly count: number;
}

const DELETED_DOCUMENT = '{"$tb":9223372036854775807}';
const TOMBSTONE_REVISION = '9223372036854775807';

export class EventStoreModel {
  private readonly log: ModelEvent[] = [];
  private readonly tombstones = new Set<string>();

  append(stream: string, expected: number, ids: readonly string[], type: string, data: string): ModelOutcome {
    const decision = this.check(stream, expected, ids);
    if (decision.kind !== 'write') return decision;
    const deleted = this.softDeleted(stream);
    const original = stream.startsWith('$$') ? stream.slice(2) : undefined;
    const originalDeleted = original !== undefined && this.softDeleted(original);
    for (const id of ids) this.write(stream, id, type, data);
    const outcome = { kind: 'written', revision: this.last(stream), position: this.log.length } as const;
    if (deleted) this.undelete(stream, outcome.revision - ids.length + 1);
    if (original !== undefined && originalDeleted) this.undelete(original, this.last(original) + 1);
    return outcome;
  }

  delete(stream: string, expected: number): ModelOutcome {
    const decision = this.check(stream, expected, ['a new id']);
    if (decision.kind !== 'write') return decision;
    if (this.last(stream) < 0 && this.last(`$$${stream}`) < 0) return { kind: 'wrong-version', current: -1 };
    this.write(`$$${stream}`, undefined, '$metadata', DELETED_DOCUMENT);
    return { kind: 'written', position: this.log.length };
  }

  tombstone(stream: string, expected: number): ModelOutcome {
    const decision = this.check(stream, expected, ['a new id']);
    if (decision.kind !== 'write') return decision;
    this.log.push({ position: this.log.length + 1, stream, revision: TOMBSTONE_REVISION, id: undefined, type: '$streamDeleted', data: '' });
    this.tombstones.add(stream);
    return { kind: 'written', position: this.log.length };
  }

  readStream(stream: string, read: ReadStep): ModelRead {
    if (this.isTombstoned(stream)) return 'deleted';
    if (this.last(stream) < 0 || this.softDeleted(stream)) return 'not found';
    const first = this.firstVisible(stream);
    const visible = this.eventsOf(stream).filter(({ revision }) => Number(revision) >= first);
    return take(visible, read, (event) => Number(event.revision), 'inclusive', this.last(stream));
  }

  readAll(read: ReadStep): readonly ModelEvent[] {
    return take(this.log, read, (event) => event.position, 'exclusive backwards', this.log.length);
  }

  /** The last revision of a stream, -1 without events. */
  last(stream: string): number {
    return this.eventsOf(stream).length - 1;
  }

  idsOf(stream: string): string[] {
    return this.eventsOf(stream).flatMap(({ id }) => id ?? []);
  }

  get size(): number {
    return this.log.length;
  }

  private check(stream: string, expected: number, ids: readonly string[]): Decision {
    if (this.isTombstoned(stream)) return { kind: 'deleted' };
    const last = this.last(stream);
    const wrong = { kind: 'wrong-version', current: last } as const;
    const events = this.eventsOf(stream);
    if (expected === STREAM_EXISTS) {
      if (this.softDeleted(stream)) return { kind: 'deleted' };
      if (last < 0 && this.last(`$$${stream}`) < 0) return wrong;
    }
    if (expected === ANY || expected === STREAM_EXISTS) {
      const known = ids.map((id) => events.find((event) => event.id === id));
      if (known[0] === undefined) return { kind: 'write' };
      return known.includes(undefined) ? wrong : this.repeatOf(known[known.length - 1]!);
    }
    if (expected > last) return wrong;
    if (expected === last) return { kind: 'write' };
    const equal = ids.findIndex((id, index) => events[expected + 1 + index]?.id !== id);
    if (equal === 0) return expected === NO_STREAM && this.softDeleted(stream) ? { kind: 'write' } : wrong;
    return equal > 0 || ids.length === 0 ? wrong : this.repeatOf(events[expected + ids.length]!);
  }

  /** What readers do not see any more is answered without its position. */
  private repeatOf({ stream, revision, position }: ModelEvent): ModelOutcome {
    const hidden = this.softDeleted(stream) || Number(revision) < this.firstVisible(stream);
    return { kind: 'written', revision: Number(revision), ...(!hidden && { position }) };
  }

  /** The metadata stream of a stream that has ended has ended with it. */
  private isTombstoned(stream: string): boolean {
    return this.tombstones.has(stream) || (stream.startsWith('$$') && this.tombstones.has(stream.slice(2)));
  }

  private softDeleted(stream: string): boolean {
    return this.metadata(stream)?.data === DELETED_DOCUMENT;
  }

  private metadata(stream: string): ModelEvent | undefined {
    return stream.startsWith('$$') ? undefined : this.eventsOf(`$$${stream}`).pop();
  }

  private firstVisible(stream: string): number {
    if (stream.startsWith('$$')) return this.last(stream);
    const { $tb = 0, $maxCount = Infinity } = JSON.parse(this.metadata(stream)?.data ?? '{}') as { $tb?: number; $maxCount?: number };
    return Math.max($tb, this.last(stream) - $maxCount + 1);
  }

  /** Hides what was before the deletion and keeps what else the metadata says. */
  private undelete(stream: string, from: number): void {
    const document = { ...(JSON.parse(this.metadata(stream)!.data) as Document), $tb: from };
    this.write(`$$${stream}`, undefined, '$metadata', JSON.stringify(document));
  }

  private write(stream: string, id: string | undefined, type: string, data: string): void {
    this.log.push({ position: this.log.length + 1, stream, revision: String(this.last(stream) + 1), id, type, data });
  }

  private eventsOf(stream: string): ModelEvent[] {
    return this.log.filter((event) => event.stream === stream && event.revision !== TOMBSTONE_REVISION);
  }
}

function take(
  events: readonly ModelEvent[],
  { from, backwards, count }: ReadStep,
  placeOf: (event: ModelEvent) => number,
  bounds: 'inclusive' | 'exclusive backwards',
  last: number,
): ModelEvent[] {
  // Both ends are places like others: the start is the first one, the end lies behind the last.
  const place = from === 'start' ? 0 : from === 'end' ? last + 1 : from;
  if (!backwards) return events.filter((event) => placeOf(event) >= place).slice(0, count);
  const before = events.filter((event) => (bounds === 'inclusive' ? placeOf(event) <= place : placeOf(event) < place));
  return before.reverse().slice(0, count);
}

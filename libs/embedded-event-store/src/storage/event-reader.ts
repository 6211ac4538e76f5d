import type { EventDatabase } from './database.js';
import { eventsOfPage } from './event-page.js';
import type { LiveTail } from './live-tail.js';
import { LINK_TYPE, recordData, recordType, type StoredEvent } from '../protocol/recorded-event.js';
import type { StreamHead, StreamHeads } from './stream-heads.js';
import { firstVisible, oldestVisible } from './stream-metadata.js';

const INTEGER = /^\s*[+-]?\d+\s*$/;

/** What a stream shows its readers at this moment. */
export interface StreamView {
  readonly head: StreamHead;
  readonly state: 'absent' | 'present' | 'tombstoned';
  /** First and last visible revision; first > last if nothing is visible. */
  readonly first: number;
  readonly last: number;
}

/** Reads durable events in pages. Nothing here is asynchronous: a page is one consistent look at the store. */
export class EventReader {
  constructor(
    private readonly database: EventDatabase,
    private readonly heads: StreamHeads,
    private readonly tail: LiveTail,
    /** The last position that is durable. */
    private readonly lastPosition: () => number,
  ) {}

  view(stream: string): StreamView {
    const head = this.heads.get(stream);
    return this.viewUpTo(head, head.durable);
  }

  /** The newest event of a stream that was written, durable or not: for rules that hold for what is written next. */
  newestWritten(stream: string): StoredEvent | undefined {
    const head = this.heads.get(stream);
    const { state, first, last } = this.viewUpTo(head, head.last);
    return state === 'present' ? this.streamBackwards(head, last, first, 1)[0] : undefined;
  }

  private viewUpTo(head: StreamHead, last: number): StreamView {
    const metadata = this.heads.metadata(head);
    const state = this.heads.isTombstoned(head) ? 'tombstoned' : last < 0 || metadata.softDeleted ? 'absent' : 'present';
    let first = firstVisible(metadata, last);
    if (metadata.maxAge !== undefined) first = this.firstSince(head, { low: first, last }, oldestVisible(metadata, Date.now()));
    return { head, state, first, last };
  }

  /** The first revision, not before `low`, that was created at or after a time. Record times never go back. */
  private firstSince(head: StreamHead, { low, last }: { low: number; last: number }, time: number): number {
    let high = last + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const event = this.database.eventAt.get(head.id, middle);
      // A revision that a scavenge removed was older than all that are left.
      if (event === undefined || event.created < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The same from memory, undefined if it does not reach back that far. */
  recent(after: number, limit: number): StoredEvent[] | undefined {
    return this.tail.after(after, limit);
  }

  /** Events behind a position and not behind `until`, oldest first. */
  allForwards(after: number, until: number, limit: number): StoredEvent[] {
    return eventsOfPage(this.database.allForwards.get(after, Math.min(until, this.lastPosition()), limit)!);
  }

  /** Events before a position, newest first. */
  allBackwards(before: number, limit: number): StoredEvent[] {
    return eventsOfPage(this.database.allBackwards.get(Math.min(before, this.lastPosition() + 1), limit)!);
  }

  /** A stream's events from one revision to another (both included), oldest first. */
  streamForwards(head: StreamHead, from: number, to: number, limit: number): StoredEvent[] {
    if (head.id === 0 || from > to) return [];
    return eventsOfPage(this.database.streamForwards.get(head.id, from, to, limit)!);
  }

  /** The same downwards. */
  streamBackwards(head: StreamHead, from: number, to: number, limit: number): StoredEvent[] {
    if (head.id === 0 || from < to) return [];
    return eventsOfPage(this.database.streamBackwards.get(head.id, from, to, limit)!);
  }

  /** A stream's events from a revision on that were all written behind `position`; undefined if memory has them not. */
  recentOfStream(head: StreamHead, from: number, position: number, limit: number): StoredEvent[] | undefined {
    return this.tail.ofStream(head.id, from, position, limit);
  }

  /** One event, or undefined if it is absent or hidden. Revision -1 is the last. */
  eventAt(stream: string, revision: number): StoredEvent | undefined {
    const { head, state, first, last } = this.view(stream);
    const wanted = revision === -1 ? last : revision;
    if (state !== 'present' || wanted < first || wanted > last) return undefined;
    return this.database.eventAt.get(head.id, wanted);
  }

  /** The event that a link points to: undefined if `event` is no link or begins with no revision, null if its target is gone. */
  resolveLink(event: StoredEvent): StoredEvent | null | undefined {
    if (!recordType(event.record).equals(LINK_TYPE)) return undefined;
    const [revision, stream] = splitOnce(recordData(event.record).toString('utf8'), '@');
    if (!INTEGER.test(revision)) return undefined;
    if (stream === undefined || !Number.isSafeInteger(Number(revision))) return null;
    return this.eventAt(stream, Number(revision)) ?? null;
  }
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}

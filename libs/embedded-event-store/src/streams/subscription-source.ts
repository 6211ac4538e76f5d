import { streamDeleted } from '../protocol/errors.js';
import type { EventReader } from '../storage/event-reader.js';
import { PageSize } from '../protocol/page-size.js';
import type { StartPoint } from '../protocol/read-request.js';
import type { StoredEvent } from '../protocol/recorded-event.js';
import type { Store } from '../storage/store.js';

/** An endless reader: history first, then what is appended. */
export interface SubscriptionSource {
  /** Whose commits bring something new; undefined for any. */
  readonly stream: string | undefined;
  /** The last page was history: what is live had gone from memory, or was not reached yet. */
  readonly behind: boolean;
  /** The next events in order, empty if there are none at the moment. */
  next(): readonly StoredEvent[];
}

/** Everything behind a position. */
export class AllSource implements SubscriptionSource {
  readonly stream = undefined;
  behind = true;
  private readonly size = new PageSize();

  constructor(
    private readonly reader: EventReader,
    private after: number,
  ) {}

  next(): readonly StoredEvent[] {
    const { limit } = this.size;
    const recent = this.reader.recent(this.after, limit);
    const page = recent ?? this.reader.allForwards(this.after, Infinity, limit);
    this.behind = recent === undefined;
    this.size.learn(page);
    if (page.length > 0) this.after = page[page.length - 1]!.position;
    return page;
  }
}

/** A stream's visible events from a revision on, and all that it gets once its end was reached. */
export class StreamSource implements SubscriptionSource {
  behind = true;
  private readonly size = new PageSize();
  /** All that was written up to here was seen; undefined while there is history to read. */
  private seen: number | undefined;

  constructor(
    private readonly store: Store,
    readonly stream: string,
    private nextRevision: number,
  ) {}

  /** Throws stream-deleted if the stream has a tombstone, and nothing is left to be shown before. */
  next(): readonly StoredEvent[] {
    const { limit } = this.size;
    const live = this.live(limit);
    const page = live ?? this.history(limit);
    this.behind = live === undefined;
    this.size.learn(page);
    return page;
  }

  private live(limit: number): StoredEvent[] | undefined {
    if (this.seen === undefined) return undefined;
    const { head, state } = this.store.reader.view(this.stream);
    const page = this.store.reader.recentOfStream(head, this.nextRevision, this.seen, limit);
    if (page === undefined) return (this.seen = undefined);
    // Not before the tombstone itself is durable, and was shown with all that came before it.
    if (state === 'tombstoned' && page.length === 0 && head.durable === head.last) throw streamDeleted(this.stream);
    this.advance(page, limit);
    return page;
  }

  private history(limit: number): StoredEvent[] {
    const { reader } = this.store;
    const { head, state, first, last } = reader.view(this.stream);
    if (state === 'tombstoned') throw streamDeleted(this.stream);
    const page = reader.streamForwards(head, Math.max(first, this.nextRevision), last, limit);
    this.advance(page, limit);
    return page;
  }

  private advance(page: readonly StoredEvent[], limit: number): void {
    const newest = page[page.length - 1];
    if (newest !== undefined) this.nextRevision = newest.revision + 1;
    if (page.length < limit) this.seen = this.store.writer.lastPosition;
    else if (this.seen !== undefined) this.seen = newest!.position;
  }
}

/** The source of a subscription that starts behind a point of a stream or of `$all`. */
export function sourceAfter(store: Store, stream: string | undefined, from: StartPoint): SubscriptionSource {
  if (stream === undefined) {
    return new AllSource(store.reader, from === 'start' ? 0 : from === 'end' ? store.writer.lastPosition : from);
  }
  const { last } = store.reader.view(stream);
  return new StreamSource(store, stream, from === 'start' ? 0 : from === 'end' ? last + 1 : from + 1);
}

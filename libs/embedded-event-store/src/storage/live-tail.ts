import type { EventRow } from '../protocol/recorded-event.js';

/**
 * The latest committed events in memory, so that many live subscribers cost the database nothing. Bounded by count and
 * by bytes; who falls behind its oldest event reads from the database instead.
 */
export class LiveTail {
  private readonly ring: (EventRow | undefined)[];
  /** Index of the next event ever, counted from the start of the process. */
  private end = 0;
  private start = 0;
  private bytes = 0;

  constructor(
    private readonly capacity = 8192,
    private readonly byteCapacity = 16 * 1024 * 1024,
  ) {
    this.ring = new Array<EventRow | undefined>(capacity);
  }

  push(event: EventRow): void {
    if (this.end - this.start === this.capacity) this.drop();
    this.ring[this.end % this.capacity] = event;
    this.end++;
    this.bytes += event.record.length;
    while (this.bytes > this.byteCapacity && this.start < this.end) this.drop();
  }

  private drop(): void {
    const slot = this.start % this.capacity;
    this.bytes -= this.ring[slot]!.record.length;
    this.ring[slot] = undefined;
    this.start++;
  }

  /** Events after a position, oldest first, or undefined if the tail does not reach back that far. */
  after(position: number, limit: number): EventRow[] | undefined {
    if (this.start === this.end || this.at(this.start).position > position + 1) return undefined;
    const first = this.search(position);
    const page: EventRow[] = [];
    for (let i = first; i < this.end && page.length < limit; i++) page.push(this.at(i));
    return page;
  }

  /** A stream's events from a revision on, all of which were written after `position`; else undefined. */
  ofStream(stream: number, from: number, position: number, limit: number): EventRow[] | undefined {
    if (this.start === this.end || this.at(this.start).position > position + 1) return undefined;
    const page: EventRow[] = [];
    for (let i = this.search(position); i < this.end && page.length < limit; i++) {
      const event = this.at(i);
      if (event.stream === stream && event.revision >= from) page.push(event);
    }
    return page;
  }

  /** The index of the first event after a position. */
  private search(position: number): number {
    let low = this.start;
    let high = this.end;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.at(middle).position <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private at(index: number): EventRow {
    return this.ring[index % this.capacity]!;
  }
}

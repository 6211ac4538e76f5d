import { randomUUID } from 'node:crypto';

import { ANY } from '../protocol/append-codec.js';
import { LINK_TYPE, recordData, recordStreamName, type ProposedEvent, type StoredEvent } from '../protocol/recorded-event.js';
import type { Store } from '../storage/store.js';

const PAGE = 32;

/** An event that a replay brings back; absent if it is gone meanwhile. */
export interface ParkedEvent {
  readonly parkedRevision: number;
  readonly event: StoredEvent | undefined;
}

/**
 * The events that a group gave up on: links in a stream of their own, so that anyone can look at them. Replayed links
 * are cut off only when their events are settled again, so that a crash loses none.
 */
export class ParkedStream {
  readonly name: string;
  /** Links before this revision were taken by a replay, links before `replayEnd` are to be taken. */
  private replayNext = 0;
  private replayEnd = 0;
  private readonly unsettled = new Set<number>();
  private truncatedAt = 0;

  constructor(
    private readonly store: Store,
    stream: string,
    group: string,
  ) {
    this.name = `$persistentsubscription-${stream}::${group}-parked`;
  }

  /** Links that wait for a replay. */
  get count(): number {
    const { first, last } = this.store.reader.view(this.name);
    return Math.max(0, last + 1 - Math.max(first, this.replayNext));
  }

  /** Makes an event parked; the callbacks tell when that is durable or could not be done. */
  park(event: StoredEvent, reason: string, done: () => void, failed: () => void): void {
    const stream = recordStreamName(event.record).toString('utf8');
    const link: ProposedEvent = {
      id: randomUUID(),
      type: LINK_TYPE,
      json: false,
      metadata: Buffer.from(JSON.stringify({ added: new Date().toISOString(), reason })),
      data: Buffer.from(`${event.revision}@${stream}`),
    };
    this.store.commits.submit(() => this.store.writer.append(this.name, ANY, [link]), done, failed);
  }

  /** Lets the links before a revision (all, if absent) be taken again. */
  startReplay(stopAt: number | undefined): void {
    const { first, last } = this.store.reader.view(this.name);
    this.replayNext = Math.max(this.replayNext, first);
    this.replayEnd = Math.max(this.replayEnd, Math.min(stopAt ?? Infinity, last + 1));
  }

  get replaying(): boolean {
    return this.replayNext < this.replayEnd;
  }

  /** The next parked events of a replay. */
  take(): ParkedEvent[] {
    const { reader } = this.store;
    const { head } = reader.view(this.name);
    const links = reader.streamForwards(head, this.replayNext, this.replayEnd - 1, PAGE);
    this.replayNext = (links[links.length - 1]?.revision ?? this.replayEnd - 1) + 1;
    return links.map((link) => {
      this.unsettled.add(link.revision);
      return { parkedRevision: link.revision, event: this.targetOf(link) };
    });
  }

  private targetOf(link: StoredEvent): StoredEvent | undefined {
    const target = recordData(link.record).toString('utf8');
    const at = target.indexOf('@');
    return this.store.reader.eventAt(target.slice(at + 1), Number(target.slice(0, at)));
  }

  settle(parkedRevision: number): void {
    this.unsettled.delete(parkedRevision);
    if (this.unsettled.size === 0) this.truncate();
  }

  /** Cuts off the links whose events are settled again. */
  truncate(): void {
    const upTo = this.unsettled.size === 0 ? this.replayNext : Math.min(...this.unsettled);
    if (upTo <= this.truncatedAt) return;
    this.truncatedAt = upTo;
    const document = Buffer.from(JSON.stringify({ $tb: upTo }));
    const ignore = (): void => undefined;
    // Failing only means that a later replay after a restart brings these events once more.
    this.store.commits.submit(() => this.store.writer.writeMetadata(this.name, document), ignore, ignore);
  }
}

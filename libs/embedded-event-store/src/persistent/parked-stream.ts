import { randomUUID } from 'node:crypto';

import { ANY } from '../protocol/append-codec.js';
import { LINK_TYPE, recordData, recordStreamName, type ProposedEvent, type StoredEvent } from '../protocol/recorded-event.js';
import { ADMINS } from '../security/may-do.js';
import type { Store } from '../storage/store.js';
import type { Delivery } from './persistent-delivery.js';

const PAGE = 32;

/** Other people's events must not be seen, or lost, by who may not look after groups. */
const PARKED_ACL = { $r: ADMINS, $w: ADMINS, $d: ADMINS, $mr: ADMINS, $mw: ADMINS };

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
  park(delivery: Delivery, reason: string, done: () => void, failed: () => void): void {
    const { revision } = delivery.event;
    const link: ProposedEvent = {
      id: randomUUID(),
      type: LINK_TYPE,
      json: false,
      metadata: Buffer.from(JSON.stringify({ added: new Date().toISOString(), reason, subscriptionEventNumber: revision })),
      data: linkTo(delivery),
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

  /** The next links of a replay. */
  take(): StoredEvent[] {
    const { reader } = this.store;
    const { head } = reader.view(this.name);
    const links = reader.streamForwards(head, this.replayNext, this.replayEnd - 1, PAGE);
    this.replayNext = (links[links.length - 1]?.revision ?? this.replayEnd - 1) + 1;
    for (const { revision } of links) this.unsettled.add(revision);
    return links;
  }

  settle(link: StoredEvent): void {
    this.unsettled.delete(link.revision);
    if (this.unsettled.size === 0) this.truncate();
  }

  /** Cuts off the links whose events are settled again. */
  truncate(): void {
    const upTo = this.unsettled.size === 0 ? this.replayNext : Math.min(...this.unsettled);
    if (upTo <= this.truncatedAt) return;
    this.truncatedAt = upTo;
    const document = Buffer.from(JSON.stringify({ $tb: upTo, $acl: PARKED_ACL }));
    const ignore = (): void => undefined;
    // Failing only means that a later replay after a restart brings these events once more.
    this.store.commits.submit(() => this.store.writer.writeMetadata(this.name, document), ignore, ignore);
  }
}

/** What came through a resolved link is parked by itself; a link that leads nowhere keeps leading there. */
function linkTo({ event, target }: Delivery): Buffer {
  if (target === null) return recordData(event.record);
  const { revision, record } = target ?? event;
  return Buffer.from(`${revision}@${recordStreamName(record).toString('utf8')}`);
}

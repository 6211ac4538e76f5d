import { ReadReq } from '@eventstore/db-client/generated/persistent_pb';

import { CheckpointWindow } from './checkpoint-window.js';
import { createFilter, isInAll, type EventFilter } from '../streams/event-filter.js';
import { messageOf, visibleTarget } from '../protocol/event-message.js';
import { ItemRate } from './item-rate.js';
import { ParkedStream } from './parked-stream.js';
import { groupDropped, toCallError } from '../protocol/errors.js';
import type { Answer } from '../protocol/persistent-codec.js';
import type { Consumer } from './persistent-consumer.js';
import { Delivery } from './persistent-delivery.js';
import { ALL, type GroupSettings } from './persistent-settings.js';
import { createChooser, isPinned, type Chooser } from './persistent-strategy.js';
import type { StoredEvent } from '../protocol/recorded-event.js';
import type { Store } from '../storage/store.js';
import type { CallError } from '../transport/call-error.js';
import { AllSource, StreamSource, type SubscriptionSource } from '../streams/subscription-source.js';

/** Unsettled and settled-behind-unsettled events beyond this stop the reading: one stuck event must not fill memory. */
const MOST_IN_WINDOW = 100_000;
/** How often, at least, it is looked for unanswered events: without any time to answer they come again that often. */
const TICK_MS = 1000;

/**
 * One persistent subscription: reads its source while somebody listens, hands events out, and remembers what is not
 * answered. Every event that was read is in exactly one place: waiting, retry, outstanding, twins, or being parked.
 */
export class PersistentGroup {
  readonly parked: ParkedStream;
  readonly consumers: Consumer[] = [];
  readonly outstanding = new Map<string, Delivery>();
  waiting: Delivery[] = [];
  retry: Delivery[] = [];
  /** Deliveries of events whose id is outstanding already: an answer names only the id. */
  private readonly twins = new Map<string, Delivery[]>();
  private readonly window: CheckpointWindow<Delivery>;
  private readonly source: SubscriptionSource;
  private readonly matches: EventFilter | undefined;
  private readonly choose: Chooser<Consumer>;
  private readonly stopTimers: () => void;
  private scheduled = false;
  private stopWaiting: (() => void) | undefined;
  private saved: number;
  private settledSinceSave = 0;
  /** Why the group serves nobody any more. */
  private stopped: CallError | undefined;
  total = 0;
  readonly rate = new ItemRate(Date.now());

  constructor(
    private readonly store: Store,
    readonly stream: string,
    readonly name: string,
    readonly settings: GroupSettings,
    /** The last settled revision or position; null if none was saved. */
    readonly initialCheckpoint: number | null,
    /** Makes a checkpoint durable, some time soon. */
    private readonly save: (checkpoint: number) => void,
  ) {
    const after = (this.saved = initialCheckpoint ?? settings.startAfter);
    this.parked = new ParkedStream(store, stream, name);
    this.window = new CheckpointWindow(after);
    this.source = stream === ALL ? new AllSource(store.reader, after) : new StreamSource(store, stream, after + 1);
    this.matches = settings.filter && createFilter(settings.filter);
    this.choose = createChooser(settings.strategy, () => [...this.outstanding.values()].map((delivery) => delivery.key(settings.strategy)));
    this.stopTimers = this.startTimers();
  }

  /** The last durable checkpoint; undefined if there is none. */
  get checkpoint(): number | undefined {
    return this.saved === this.settings.startAfter && this.initialCheckpoint === null ? undefined : this.saved;
  }

  /** The last place that was read. */
  get lastRead(): number {
    return this.window.cursor;
  }

  get full(): boolean {
    const { maxSubscriberCount } = this.settings;
    return maxSubscriberCount !== 0 && this.consumers.length >= maxSubscriberCount;
  }

  /** Throws why, if the group serves nobody any more. */
  connect(consumer: Consumer): void {
    if (this.stopped !== undefined) throw this.stopped;
    this.consumers.push(consumer);
    consumer.call.whenClosed(() => this.disconnect(consumer));
    this.schedule();
  }

  private disconnect(consumer: Consumer): void {
    const index = this.consumers.indexOf(consumer);
    if (index < 0) return;
    this.consumers.splice(index, 1);
    const lost = [...this.outstanding.values()].filter((delivery) => delivery.consumer === consumer);
    for (const delivery of lost) this.withdraw(delivery);
    // Leaving is no refusal: this does not park, however often it happens.
    for (const delivery of lost) this.retryAgain(delivery);
    this.schedule();
  }

  /** Takes an answer, whoever holds the event by now: it may have gone to another consumer. Ids that nobody holds are passed over. */
  answer(answer: Answer): void {
    for (const id of answer.ids) {
      const delivery = this.outstanding.get(id);
      if (delivery === undefined) continue;
      this.withdraw(delivery);
      if (answer.kind === 'ack' || answer.action === ReadReq.Nack.Action.SKIP) this.settle(delivery);
      else if (answer.action === ReadReq.Nack.Action.PARK) this.park(delivery, answer.reason);
      else this.retryOrPark(delivery, answer.reason);
    }
    // Answer by answer: of answers that come together, the first would have to wait for the last, and what is to come
    // again would come out of order. A consumer that stops takes nothing more.
    if (answer.kind === 'ack' || answer.action !== ReadReq.Nack.Action.STOP) this.handOut();
    this.schedule();
  }

  replayParked(stopAt: number | undefined): void {
    this.parked.startReplay(stopAt);
    this.schedule();
  }

  /** Ends all connections and the group's own life. Its checkpoint is handed to `save`. */
  stop(reason: CallError): void {
    this.saveCheckpoint();
    this.parked.truncate();
    this.stopped = reason;
    this.stopTimers();
    this.stopWaiting?.();
    for (const consumer of this.consumers.splice(0)) consumer.call.fail(reason);
  }

  /** Hands out what can be handed out, once per turn of the event loop however often it is asked for. */
  private schedule(): void {
    if (this.scheduled || this.stopped) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      if (!this.stopped) this.pump();
    });
  }

  private pump(): void {
    if (this.consumers.length === 0) return;
    const room = this.handOut();
    if (this.retry.length === 0 && this.parked.replaying) this.takeParked();
    if (room && this.waiting.length < Math.max(1, this.settings.readBatchSize) && this.window.size < MOST_IN_WINDOW) this.read();
  }

  /** Sends what can be sent, first what is to be tried again. Returns whether new events had their turn. */
  private handOut(): boolean {
    this.retry = this.dispatch(this.retry);
    if (this.retry.length > 0 && !isPinned(this.settings.strategy)) return false;
    this.waiting = this.dispatch(this.waiting);
    return true;
  }

  /** Sends what consumers can take, in order; returns the rest. */
  private dispatch(queue: Delivery[]): Delivery[] {
    const pinned = isPinned(this.settings.strategy);
    for (const [index, delivery] of queue.entries()) {
      if (this.outstanding.has(delivery.id)) {
        this.twinsOf(delivery.id).push(delivery);
        continue;
      }
      const consumer = this.choose(this.consumers, pinned ? delivery.key(this.settings.strategy) : '');
      if (consumer !== undefined) this.send(delivery, consumer);
      else if (pinned) return this.dispatchPinned(queue, index);
      else return index === 0 ? queue : queue.slice(index);
    }
    return [];
  }

  /** A busy consumer holds up its own keys only, and all of them, or a later event could overtake an earlier one. */
  private dispatchPinned(queue: readonly Delivery[], from: number): Delivery[] {
    const held = new Set<string>();
    return queue.slice(from).filter((delivery) => {
      const key = delivery.key(this.settings.strategy);
      const consumer = held.has(key) || this.outstanding.has(delivery.id) ? undefined : this.choose(this.consumers, key);
      if (consumer === undefined) held.add(key);
      else this.send(delivery, consumer);
      return consumer === undefined;
    });
  }

  private send(delivery: Delivery, consumer: Consumer): void {
    delivery.consumer = consumer;
    delivery.sentAt = Date.now();
    this.outstanding.set(delivery.id, delivery);
    this.total++;
    const { event } = delivery;
    const link = delivery.target === undefined ? undefined : event.record;
    const record = link === undefined ? event.record : this.targetFor(consumer, delivery)?.record;
    consumer.send(messageOf(record, link, event.position, consumer.wishes.textIds, delivery.retries), () => this.schedule());
  }

  /** Who may read all events may see each that the group gave up on. */
  private targetFor({ caller }: Consumer, { target, replayed }: Delivery): StoredEvent | null {
    return replayed && this.stream === ALL ? target! : visibleTarget(caller, target!);
  }

  private read(): void {
    let page: readonly StoredEvent[];
    try {
      page = this.source.next();
    } catch (error) {
      this.stop(groupDropped(this.stream, this.name, toCallError(error).message));
      return;
    }
    const newest = page[page.length - 1];
    if (newest === undefined) {
      this.stopWaiting ??= this.store.signal.wait(this.source.stream, () => {
        this.stopWaiting = undefined;
        this.schedule();
      });
      return;
    }
    for (const event of page) {
      if ((this.matches === undefined || this.matches(event)) && (this.stream !== ALL || isInAll(event))) this.admit(event);
      // What the filter refuses counts towards a checkpoint like what is answered.
      else this.settledSinceSave++;
    }
    this.window.cursor = this.placeOf(newest);
    this.checkpointIfDue();
    this.schedule();
  }

  private admit(event: StoredEvent): void {
    const delivery = new Delivery(event, this.placeOf(event), this.resolve(event));
    this.window.add(delivery);
    this.waiting.push(delivery);
  }

  private takeParked(): void {
    for (const link of this.parked.take()) {
      const target = this.store.reader.resolveLink(link);
      if (target === null) this.parked.settle(link);
      else this.retry.push(new Delivery(link, this.placeOf(link), target, true));
    }
    this.schedule();
  }

  private resolve(event: StoredEvent): StoredEvent | null | undefined {
    return this.settings.resolveLinks ? this.store.reader.resolveLink(event) : undefined;
  }

  private placeOf(event: StoredEvent): number {
    return this.stream === ALL ? event.position : event.revision;
  }

  private withdraw(delivery: Delivery): void {
    this.outstanding.delete(delivery.id);
    delivery.consumer!.inFlight--;
    // At least one: clients take 0 for not measured.
    delivery.consumer!.answerTimes?.add(Math.max(1, Date.now() - delivery.sentAt));
    delivery.consumer = undefined;
    const twins = this.twins.get(delivery.id);
    const twin = twins?.shift();
    if (twins?.length === 0) this.twins.delete(delivery.id);
    if (twin !== undefined) this.retry.push(twin);
  }

  private twinsOf(id: string): Delivery[] {
    let twins = this.twins.get(id);
    if (twins === undefined) this.twins.set(id, (twins = []));
    return twins;
  }

  private retryOrPark(delivery: Delivery, reason: string): void {
    if (delivery.retries >= this.settings.maxRetryCount) {
      this.park(delivery, `retried ${delivery.retries} times: ${reason}`);
      return;
    }
    this.retryAgain(delivery);
  }

  /** What is tried again keeps the order of the source. Replayed events wait behind it, as they came. */
  private retryAgain(delivery: Delivery): void {
    delivery.retries++;
    const later = (other: Delivery): boolean => !other.replayed && other.place > delivery.place;
    const index = delivery.replayed ? -1 : this.retry.findIndex(later);
    if (index < 0) this.retry.push(delivery);
    else this.retry.splice(index, 0, delivery);
  }

  private park(delivery: Delivery, reason: string): void {
    const again = (): void => {
      // The store cannot write at present: the event is tried again instead of lost.
      this.retry.push(delivery);
      this.schedule();
    };
    this.parked.park(delivery, reason, () => this.settle(delivery), again);
  }

  private settle(delivery: Delivery): void {
    if (delivery.replayed) {
      this.parked.settle(delivery.event);
      return;
    }
    delivery.settled = true;
    this.settledSinceSave++;
    this.checkpointIfDue();
  }

  private checkpointIfDue(): void {
    if (this.settledSinceSave >= Math.max(1, this.settings.maxCheckpointCount)) this.saveCheckpoint();
  }

  private saveCheckpoint(): void {
    const checkpoint = this.window.settledUpTo;
    if (this.stopped || checkpoint <= this.saved) return;
    this.settledSinceSave = 0;
    this.saved = checkpoint;
    this.save(checkpoint);
  }

  private startTimers(): () => void {
    const { messageTimeout, checkpointAfter, minCheckpointCount } = this.settings;
    const saveSome = (): void => {
      if (this.settledSinceSave >= Math.max(1, minCheckpointCount)) this.saveCheckpoint();
    };
    const saver = checkpointAfter === 0 ? undefined : setInterval(saveSome, Math.max(100, checkpointAfter)).unref();
    const period = messageTimeout > 0 ? Math.max(20, Math.min(TICK_MS, messageTimeout / 4)) : TICK_MS;
    const sweeper = setInterval(() => this.sweep(messageTimeout), period).unref();
    return () => {
      clearInterval(saver);
      clearInterval(sweeper);
    };
  }

  /** Deliveries are kept in the order they were sent, so the first that is young enough ends the search. */
  private sweep(messageTimeout: number): void {
    const latest = Date.now() - messageTimeout;
    for (const delivery of this.outstanding.values()) {
      if (delivery.sentAt > latest) break;
      this.withdraw(delivery);
      this.retryOrPark(delivery, 'the consumer did not answer in time');
    }
    if (this.retry.length > 0) this.schedule();
  }
}

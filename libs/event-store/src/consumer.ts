import { addAbortSignal } from 'node:stream';
import { ErrorType, type EventStoreDBClient, type PersistentSubscriptionToAll, type PersistentSubscriptionToAllResolvedEvent } from '@eventstore/db-client';
import { hasErrorType, isOutage } from './client-errors.js';
import { ensureGroup } from './consumer-group.js';
import { DEFAULT_CONCURRENCY, deliver, pauseBeforeRetry, type Verdict } from './delivery.js';
import type { ConsumerOptions, RecordedEvent, Subscription } from './event-store.js';
import { keepConnected } from './keep-connected.js';
import { KeyedQueue } from './keyed-queue.js';
import type { ReadingClient } from './reading-client.js';
import { recordedEvent } from './recorded-event.js';
import { Slots } from './slots.js';
import type { StoreLogger } from './store-logger.js';
import type { Upcasters } from './upcasters.js';

/** One of the consumers of a persistent subscription to the whole log. */
export class Consumer implements Subscription {
  private readonly closing = new AbortController();
  private readonly queue = new KeyedQueue();
  private readonly slots: Slots;
  private readonly ended: Promise<void>;

  constructor(
    private readonly client: ReadingClient,
    private readonly options: ConsumerOptions,
    private readonly upcasters: Upcasters,
    private readonly logger: StoreLogger,
  ) {
    this.slots = new Slots(options.concurrency ?? DEFAULT_CONCURRENCY);
    const session = (working: () => void): Promise<void> => this.session(working);
    this.ended = keepConnected({ name: options.group, closing: this.closing.signal, logger, session });
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.ended;
  }

  private async session(working: () => void): Promise<void> {
    const client = this.client.current;
    try {
      await this.joined(client, working);
    } catch (error) {
      if (!this.closing.signal.aborted && !isOutage(error)) this.client.replace(client);
      throw error;
    }
  }

  private async joined(client: EventStoreDBClient, working: () => void): Promise<void> {
    try {
      await this.connected(client, working);
    } catch (error) {
      if (!hasErrorType(error, ErrorType.PERSISTENT_SUBSCRIPTION_DOES_NOT_EXIST)) throw error;
      await ensureGroup(client, this.options);
      await this.connected(client, working);
    }
  }

  private async connected(client: EventStoreDBClient, working: () => void): Promise<void> {
    const subscription = this.subscribe(client);
    try {
      for await (const item of subscription) {
        working();
        this.take(subscription, item);
      }
    } finally {
      // Closing has stopped the loop, not the call: it stays open until the events in hand have their answers.
      if (this.closing.signal.aborted) await this.queue.idle();
      // Rejects only where the call could not be made, which the loop has reported.
      subscription.unsubscribe().catch(() => undefined);
    }
  }

  private subscribe(client: EventStoreDBClient): PersistentSubscriptionToAll {
    const { group, concurrency = DEFAULT_CONCURRENCY } = this.options;
    // Twice what is handled at once: enough to keep going when several events are of one stream, little enough for the time limit.
    const subscription = client.subscribeToPersistentSubscriptionToAll(group, { bufferSize: 2 * concurrency });
    // The loop hears an error as well; one that comes after it must not end the process.
    subscription.on('error', () => undefined);
    addAbortSignal(this.closing.signal, subscription);
    return subscription;
  }

  private take(subscription: PersistentSubscriptionToAll, item: PersistentSubscriptionToAllResolvedEvent): void {
    if (!item.event) return this.answer(subscription, item, { action: 'ack' });
    const event = recordedEvent(item.event);
    this.queue.add(event.stream, () => this.handle(subscription, item, event));
  }

  private async handle(subscription: PersistentSubscriptionToAll, item: PersistentSubscriptionToAllResolvedEvent, event: RecordedEvent): Promise<void> {
    const { retryCount } = item;
    const verdict = await this.slots.run(async () => {
      // The session is over: what has not begun goes back to the store without an answer.
      if (subscription.destroyed) return undefined;
      // Lifted here, so that an upcaster that throws is a failed delivery, and parked in the end.
      return deliver({ event, retryCount }, { ...this.options, onEvent: async (raw) => this.options.onEvent(this.upcasters.lift(raw)) });
    });
    if (verdict?.action === 'retry') await pauseBeforeRetry(retryCount, this.closing.signal);
    if (verdict) this.answer(subscription, item, verdict);
  }

  /** Not awaited: on a connection that is gone the client's promise may never settle. The store then delivers the event again. */
  private answer(subscription: PersistentSubscriptionToAll, item: PersistentSubscriptionToAllResolvedEvent, verdict: Verdict): void {
    const answered = verdict.action === 'ack' ? subscription.ack(item) : subscription.nack(verdict.action, verdict.reason, item);
    answered.catch((err: unknown) => this.logger.warn({ subscription: this.options.group, err }, 'an answer did not reach the event store'));
  }
}

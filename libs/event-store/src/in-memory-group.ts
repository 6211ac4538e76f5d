import { DEFAULT_CONCURRENCY, deliver, type Delivery, pauseBeforeRetry } from './delivery.js';
import type { ConsumerOptions, RecordedEvent, Subscription } from './event-store.js';

interface Consumer {
  readonly options: ConsumerOptions;
  readonly closing: AbortController;
  readonly running: Set<Promise<void>>;
}

/** A consumer group in memory: hands each event to one of its consumers, and events of one stream one after another. */
export class InMemoryGroup {
  readonly parked: RecordedEvent[] = [];
  private readonly waiting: Delivery[] = [];
  private readonly busyStreams = new Set<string>();
  private readonly consumers: Consumer[] = [];

  /** A new event of the log. */
  add(event: RecordedEvent): void {
    this.waiting.push({ event, retryCount: 0 });
    this.dispatch();
  }

  join(options: ConsumerOptions): Subscription {
    const consumer: Consumer = { options, closing: new AbortController(), running: new Set() };
    this.consumers.push(consumer);
    this.dispatch();
    return { close: () => this.leave(consumer) };
  }

  private async leave(consumer: Consumer): Promise<void> {
    const index = this.consumers.indexOf(consumer);
    if (index >= 0) this.consumers.splice(index, 1);
    consumer.closing.abort();
    await Promise.all(consumer.running);
  }

  private dispatch(): void {
    for (let index = 0; index < this.waiting.length; ) {
      const consumer = this.nextFree();
      if (!consumer) return;
      const delivery = this.waiting[index]!;
      if (this.busyStreams.has(delivery.event.stream)) {
        index++;
        continue;
      }
      this.waiting.splice(index, 1);
      this.start(delivery, consumer);
    }
  }

  /** The next consumer in turn that may take one more event. */
  private nextFree(): Consumer | undefined {
    const index = this.consumers.findIndex(({ options, running }) => running.size < (options.concurrency ?? DEFAULT_CONCURRENCY));
    if (index < 0) return undefined;
    const [consumer] = this.consumers.splice(index, 1);
    this.consumers.push(consumer!);
    return consumer;
  }

  private start(delivery: Delivery, consumer: Consumer): void {
    const { stream } = delivery.event;
    this.busyStreams.add(stream);
    const run = this.handle(delivery, consumer).finally(() => {
      consumer.running.delete(run);
      this.busyStreams.delete(stream);
      this.dispatch();
    });
    consumer.running.add(run);
  }

  private async handle(delivery: Delivery, { options, closing }: Consumer): Promise<void> {
    // Handlers run after append has answered, as they would with a server.
    await Promise.resolve();
    const { action } = await deliver(delivery, options);
    if (action === 'park') this.parked.push(delivery.event);
    if (action !== 'retry') return;
    await pauseBeforeRetry(delivery.retryCount, closing.signal);
    this.waiting.unshift({ ...delivery, retryCount: delivery.retryCount + 1 });
  }
}

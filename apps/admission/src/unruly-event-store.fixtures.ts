import { setTimeout as sleep } from 'node:timers/promises';
import { type ConsumerOptions, InMemoryEventStore, type RecordedEvent, type Subscription } from '@slipway/event-store';

/**
 * Delivers as badly as the contract allows: each event late by chance, so in any order between streams; some only after a
 * consumer died before or after its work; and each again when nobody expects it.
 */
export class UnrulyEventStore extends InMemoryEventStore {
  private readonly pending = new Set<Promise<void>>();
  private seed: number;

  constructor(seed: number) {
    super();
    this.seed = seed;
  }

  override consume(options: ConsumerOptions): Subscription {
    const subscription = super.consume({ ...options, maxRetries: 50, onEvent: (event) => this.deliver(event, options) });
    return {
      close: async () => {
        await this.calm();
        await subscription.close();
      },
    };
  }

  /** Resolves when all repetitions were delivered. */
  async calm(): Promise<void> {
    while (this.pending.size > 0) await Promise.all(this.pending);
  }

  private async deliver(event: RecordedEvent, options: ConsumerOptions): Promise<void> {
    await sleep(this.chance() * 40);
    if (this.chance() < 0.15) throw new Error('the consumer died before its work');
    await options.onEvent(event);
    this.repeatLater(event, options);
    if (this.chance() < 0.15) throw new Error('the consumer died before its answer');
  }

  private repeatLater(event: RecordedEvent, options: ConsumerOptions): void {
    const repetition = sleep(this.chance() * 300)
      .then(() => options.onEvent(event))
      .catch((error: unknown) => options.onError(error, event, 'retry'))
      .finally(() => this.pending.delete(repetition));
    this.pending.add(repetition);
  }

  /** A linear congruential generator: the same seed, the same bad luck. */
  private chance(): number {
    this.seed = (this.seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return this.seed / 2 ** 32;
  }
}

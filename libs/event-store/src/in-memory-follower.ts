import type { Bell } from './bell.js';
import type { CatchUpOptions, RecordedEvent, Subscription } from './event-store.js';
import { matches } from './stream-filter.js';

/** How many events may be passed over before a checkpoint tells so; as the adapter asks of EventStoreDB. */
const CHECKPOINT_EVERY = 256;

/** Follows a log in memory: `log` only grows, and `changed` rings when it has. */
export class InMemoryFollower implements Subscription {
  private readonly closing = new AbortController();
  private readonly ended: Promise<void>;
  private passedOver = 0;

  constructor(
    private readonly log: readonly RecordedEvent[],
    private readonly changed: Bell,
    private readonly options: CatchUpOptions,
  ) {
    this.ended = this.run().catch(options.onFailed);
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.changed.ring();
    await this.ended;
  }

  private async run(): Promise<void> {
    const { from } = this.options;
    let index = from === undefined ? 0 : this.log.findIndex(({ position }) => position > from);
    if (index < 0) index = this.log.length;
    // Nothing is called before follow() has returned.
    await Promise.resolve();
    for (let caughtUp = false; !this.closing.signal.aborted; ) {
      const event = this.log[index];
      if (event) {
        index++;
        await this.see(event);
        continue;
      }
      if (!caughtUp) this.options.onCaughtUp?.();
      caughtUp = true;
      // The callback may have appended or closed.
      if (index === this.log.length && !this.closing.signal.aborted) await this.changed.wait();
    }
  }

  private async see(event: RecordedEvent): Promise<void> {
    if (matches(event.stream, this.options.filter)) {
      this.passedOver = 0;
      await this.options.onEvent(event);
    } else if (++this.passedOver % CHECKPOINT_EVERY === 0) {
      await this.options.onCheckpoint?.(event.position);
    }
  }
}

import { addAbortSignal } from 'node:stream';
import { type AllStreamResolvedEvent, type AllStreamSubscription, START } from '@eventstore/db-client';
import { clientFilter } from './client-filter.js';
import type { CatchUpOptions, Position, Subscription } from './event-store.js';
import { HandlerFailure, keepConnected } from './keep-connected.js';
import { parsePosition } from './position.js';
import type { ReadingClient } from './reading-client.js';
import { recordedEvent } from './recorded-event.js';
import type { StoreLogger } from './store-logger.js';
import type { Upcasters } from './upcasters.js';

/** Stands between the events, so that it is seen after those before it: caught up, or (with a position) a checkpoint. */
class Mark {
  constructor(readonly position?: Position) {}
}

/** A catch-up subscription to the whole log that comes back after a lost connection, at the place it had reached. */
export class Follower implements Subscription {
  private readonly closing = new AbortController();
  private readonly ended: Promise<void>;
  /** The last event or checkpoint that is done with. */
  private done: Position | undefined;

  constructor(
    private readonly client: ReadingClient,
    private readonly options: CatchUpOptions,
    private readonly upcasters: Upcasters,
    logger: StoreLogger,
  ) {
    this.done = options.from;
    const session = (working: () => void): Promise<void> => this.session(working);
    this.ended = keepConnected({ name: options.name, closing: this.closing.signal, logger, session }).catch(options.onFailed);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.ended;
  }

  private async session(working: () => void): Promise<void> {
    const subscription = this.subscribe();
    try {
      for await (const item of subscription as AsyncIterable<AllStreamResolvedEvent | Mark>) {
        working();
        await this.see(item);
        if (this.closing.signal.aborted) return;
      }
    } finally {
      // Rejects only where the call could not be made, which the loop has reported.
      subscription.unsubscribe().catch(() => undefined);
    }
  }

  private subscribe(): AllStreamSubscription {
    const subscription: AllStreamSubscription = this.client.current.subscribeToAll({
      fromPosition: this.done === undefined ? START : parsePosition(this.done),
      filter: clientFilter(this.options.filter, (position) => void subscription.push(new Mark(position))),
    });
    // The client tells these as soon as they arrive, before the events ahead of them in the buffer are handled.
    subscription.on('caughtUp', () => subscription.push(new Mark()));
    // The loop hears an error as well; one that comes after it must not end the process.
    subscription.on('error', () => undefined);
    addAbortSignal(this.closing.signal, subscription);
    return subscription;
  }

  private async see(item: AllStreamResolvedEvent | Mark): Promise<void> {
    try {
      if (item instanceof Mark) await this.pass(item);
      else if (item.event) await this.handle(item.event);
    } catch (error) {
      throw new HandlerFailure(error);
    }
  }

  private async handle(event: NonNullable<AllStreamResolvedEvent['event']>): Promise<void> {
    const recorded = this.upcasters.lift(recordedEvent(event));
    await this.options.onEvent(recorded);
    this.done = recorded.position;
  }

  private async pass({ position }: Mark): Promise<void> {
    if (position === undefined) return this.options.onCaughtUp?.();
    await this.options.onCheckpoint?.(position);
    this.done = position;
  }
}

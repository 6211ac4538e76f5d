import type { Subscription } from './event-store.js';

/** The open subscriptions of a store, so that closing the store closes them. */
export class Subscriptions {
  private readonly open = new Set<Subscription>();

  /** The same subscription, forgotten when it is closed. */
  add(subscription: Subscription): Subscription {
    const tracked: Subscription = {
      close: async () => {
        this.open.delete(tracked);
        await subscription.close();
      },
    };
    this.open.add(tracked);
    return tracked;
  }

  async close(): Promise<void> {
    await Promise.all([...this.open].map((subscription) => subscription.close()));
  }
}

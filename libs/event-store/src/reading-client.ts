import type { EventStoreDBClient } from '@eventstore/db-client';
import { closeChannel, newClient } from './client.js';

/** The client of a store's reads and subscriptions, which can be exchanged. */
export class ReadingClient {
  private client: EventStoreDBClient;

  /** Throws SlipwayError CONFIG_INVALID for a connection string that is not one. */
  constructor(private readonly connectionString: string) {
    this.client = newClient(connectionString);
  }

  get current(): EventStoreDBClient {
    return this.client;
  }

  /**
   * For a client that fails with more than an outage: it looks up the server's features once, and unless that fails with
   * UNAVAILABLE or CANCELLED it keeps the failure for ever. Calls that run on the old client end in their own time.
   */
  replace(broken: EventStoreDBClient): void {
    if (this.client !== broken) return;
    this.client = newClient(this.connectionString);
    closeChannel(broken);
  }

  async close(): Promise<void> {
    await this.client.dispose();
    closeChannel(this.client);
  }
}

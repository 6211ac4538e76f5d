import type { AppendExpectedRevision, AppendResult, EventData, EventStoreDBClient } from '@eventstore/db-client';
import { isRefusal } from './client-errors.js';
import { closeChannel, newClient } from './client.js';
import { Slots } from './slots.js';

/**
 * Appends under way at the same time. The client sends them all through one gRPC stream, which buffers 16 messages; beyond that
 * it queues, and when the stream then fails it rejects the queue where nobody listens, which ends the process.
 */
const MAX_UNDER_WAY = 15;

/**
 * The client of a store's appends; reads have their own, so that ending this one cuts no subscription.
 * The client keeps the appends of all its instances in one table of the process: an error on one stream rejects and forgets those
 * of every other, and an answer to a forgotten append throws where nobody catches. So an append that failed without an answer
 * ends its stream in the same turn, before anything can arrive on it.
 */
export class AppendClient {
  private readonly slots = new Slots(MAX_UNDER_WAY);
  private client: EventStoreDBClient;
  private renewed: Promise<void> = Promise.resolve();

  /** Throws SlipwayError CONFIG_INVALID for a connection string that is not one. */
  constructor(private readonly connectionString: string) {
    this.client = newClient(connectionString);
  }

  /** Call it when no append is under way. */
  async close(): Promise<void> {
    await this.renewed;
    await this.client.dispose();
    closeChannel(this.client);
  }

  /** Throws the client's error, or an Error when no answer came in time. */
  append(stream: string, events: EventData[], expectedRevision: AppendExpectedRevision, timeoutMs: number): Promise<AppendResult> {
    return this.slots.run(async () => {
      await this.renewed;
      const { client } = this;
      try {
        return await within(timeoutMs, client.appendToStream(stream, events, { expectedRevision, deadline: timeoutMs }));
      } catch (error) {
        if (!isRefusal(error)) await this.renew(client);
        throw error;
      }
    });
  }

  /** Ends a stream that answers no more, with all that is under way on it. What waits begins afterwards, with a new client. */
  private renew(broken: EventStoreDBClient): Promise<void> {
    if (this.client === broken) {
      this.client = newClient(this.connectionString);
      this.renewed = broken.dispose();
      closeChannel(broken);
    }
    return this.renewed;
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

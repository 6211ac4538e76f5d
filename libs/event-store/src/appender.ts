import { jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { AppendClient } from './append-client.js';
import { appendFailure } from './client-errors.js';
import type { Appended, ExpectedRevision, NewEvent } from './event-store.js';
import { positionOf } from './position.js';

type Payload = Record<string, unknown>;

/** A store's appends: the port's words on this side, the client's on the other. */
export class Appender {
  private readonly client: AppendClient;
  private readonly underWay = new Set<Promise<Appended>>();

  /** Throws SlipwayError CONFIG_INVALID for a connection string that is not one. */
  constructor(
    connectionString: string,
    private readonly timeoutMs: number,
  ) {
    this.client = new AppendClient(connectionString);
  }

  async append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<Appended> {
    if (events.length === 0) throw new TypeError('an append needs at least one event');
    const work = this.send(stream, events, expected);
    this.underWay.add(work);
    try {
      return await work;
    } catch (error) {
      throw appendFailure(error, stream, expected);
    } finally {
      this.underWay.delete(work);
    }
  }

  /** Waits for the appends under way. */
  async close(): Promise<void> {
    await Promise.allSettled(this.underWay);
    await this.client.close();
  }

  private async send(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<Appended> {
    const messages = events.map(({ id, type, data, metadata }) => jsonEvent({ id, type, data: data as Payload, metadata }));
    const expectedRevision = expected === 'no-stream' ? NO_STREAM : BigInt(expected);
    const { nextExpectedRevision, position } = await this.client.append(stream, messages, expectedRevision, this.timeoutMs);
    if (!position) throw new Error('the event store answered an append without a position');
    return { revision: Number(nextExpectedRevision), position: positionOf(position.commit, position.prepare) };
  }
}

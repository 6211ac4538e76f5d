import { jsonEvent, NO_STREAM } from '@eventstore/db-client';
import type { AppendClient } from './append-client.js';
import type { Claims } from './claims.js';
import { appendFailure } from './client-errors.js';
import type { Appended, ExpectedRevision, NewEvent } from './event-store.js';
import { positionOf } from './position.js';

type Payload = Record<string, unknown>;

/** A store's appends: the port's words on this side, the client's on the other. */
export class Appender {
  private readonly underWay = new Set<Promise<Appended>>();

  /** @param claims of a user that owns streams */
  constructor(
    private readonly client: AppendClient,
    private readonly timeoutMs: number,
    private readonly claims: Claims | undefined,
  ) {}

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
    const append = () => this.client.append(stream, messages, expectedRevision, this.timeoutMs);
    const { nextExpectedRevision, position } = await (expected === 'no-stream' && this.claims ? this.claims.begin(stream, append) : append());
    if (!position) throw new Error('the event store answered an append without a position');
    return { revision: Number(nextExpectedRevision), position: positionOf(position.commit, position.prepare) };
  }
}

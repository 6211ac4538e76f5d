import { type EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { appendFailure } from './client-errors.js';
import type { ClientSlot } from './client-slot.js';
import { type Appended, type ExpectedRevision, type NewEvent, UnknownOutcome } from './event-store.js';
import { positionOf } from './position.js';
import { Slots } from './slots.js';

/**
 * Appends under way at the same time. All of a client's appends go through one gRPC stream that buffers 16 messages; beyond that
 * the client queues, and when the stream then fails it rejects the queue where nobody listens, which ends the process.
 */
const MAX_UNDER_WAY = 15;

type Payload = Record<string, unknown>;

/** Appends with a time limit of its own: the client has none, and an append whose stream the server ends is never settled. */
export class Appender {
  private readonly slots = new Slots(MAX_UNDER_WAY);
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(
    private readonly client: ClientSlot,
    private readonly timeoutMs: number,
  ) {}

  async append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<Appended> {
    if (events.length === 0) throw new TypeError('an append needs at least one event');
    const work = this.slots.run(() => this.send(this.client.current, stream, events, expected));
    this.underWay.add(work);
    try {
      return await work;
    } finally {
      this.underWay.delete(work);
    }
  }

  /** Resolves when no append is under way. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.underWay);
  }

  private async send(client: EventStoreDBClient, stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<Appended> {
    try {
      return await within(this.timeoutMs, this.ask(client, stream, events, expected));
    } catch (error) {
      const failure = appendFailure(error, stream, expected);
      if (failure instanceof UnknownOutcome) this.client.replace(client);
      throw failure;
    }
  }

  private async ask(client: EventStoreDBClient, stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<Appended> {
    const messages = events.map(({ id, type, data, metadata }) => jsonEvent({ id, type, data: data as Payload, metadata }));
    const { nextExpectedRevision, position } = await client.appendToStream(stream, messages, {
      expectedRevision: expected === 'no-stream' ? NO_STREAM : BigInt(expected),
      deadline: this.timeoutMs,
    });
    if (!position) throw new Error('the event store answered an append without a position');
    return { revision: Number(nextExpectedRevision), position: positionOf(position.commit, position.prepare) };
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

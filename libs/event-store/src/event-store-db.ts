import { type AllStreamRecordedEvent, BACKWARDS, END, ErrorType, FORWARDS, type ReadPosition, START } from '@eventstore/db-client';
import { AppendClient } from './append-client.js';
import { Appender } from './appender.js';
import { Claims } from './claims.js';
import { hasErrorType, readFailure } from './client-errors.js';
import { withConnectionName } from './client.js';
import { userIn } from './connection-string.js';
import { Consumer } from './consumer.js';
import type {
  Appended,
  CatchUpOptions,
  ConsumerOptions,
  EventStore,
  ExpectedRevision,
  NewEvent,
  Position,
  RecordedEvent,
  Subscription,
} from './event-store.js';
import { Follower } from './follower.js';
import { gentleRead } from './gentle-read.js';
import { newestMetadata } from './newest.js';
import { parsePosition } from './position.js';
import { ReadingClient } from './reading-client.js';
import { recordedEvent } from './recorded-event.js';
import { ownerOf } from './rights.js';
import { SILENT, type StoreLogger } from './store-logger.js';
import { matches } from './stream-filter.js';
import { Subscriptions } from './subscriptions.js';
import { Upcasters } from './upcasters.js';

export interface ConnectOptions {
  /** `esdb://user:password@host:2113?tlsCAFile=…`; credentials belong here, since giving them call by call makes appends slow. */
  readonly connectionString: string;
  /** Of the connection, in the server's statistics. */
  readonly name?: string;
  /** Until an append without an answer is an unknown outcome. Default 5,000. */
  readonly appendTimeoutMs?: number;
  readonly upcasters?: Upcasters;
  readonly logger?: StoreLogger;
}

/**
 * EventStoreDB, KurrentDB or the embedded server, behind the port. Connects with the first call.
 * Once in a process is best: when one store's appends fail or it closes, those of another have an unknown outcome (see AppendClient).
 * Throws SlipwayError CONFIG_INVALID; its calls throw SlipwayError UNAVAILABLE while the server does not answer a read.
 */
export function connectEventStore({ connectionString, name, appendTimeoutMs = 5_000, upcasters = new Upcasters(), logger = SILENT }: ConnectOptions): EventStore {
  const named = name === undefined ? connectionString : withConnectionName(connectionString, name);
  const reading = new ReadingClient(named);
  const appending = new AppendClient(named);
  const owner = ownerOf(userIn(connectionString));
  const claims = owner && new Claims(owner, appending, appendTimeoutMs, (stream) => newestMetadata(reading.current, stream));
  return new EventStoreDb(reading, new Appender(appending, appendTimeoutMs, claims), upcasters, logger);
}

class EventStoreDb implements EventStore {
  private readonly subscriptions = new Subscriptions();

  constructor(
    private readonly client: ReadingClient,
    private readonly appender: Appender,
    private readonly upcasters: Upcasters,
    private readonly logger: StoreLogger,
  ) {}

  append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<Appended> {
    return this.appender.append(stream, events, expected);
  }

  async *read(stream: string, from = 0, count = Number.MAX_SAFE_INTEGER): AsyncIterable<RecordedEvent> {
    try {
      const found = this.client.current.readStream(stream, { direction: FORWARDS, fromRevision: BigInt(from), maxCount: count });
      for await (const { event } of gentleRead(found)) if (event) yield this.upcasters.lift(recordedEvent(event));
    } catch (error) {
      if (!hasErrorType(error, ErrorType.STREAM_NOT_FOUND)) throw readFailure(error);
    }
  }

  async *readAll(from?: Position): AsyncIterable<RecordedEvent> {
    try {
      const found = this.client.current.readAll({ direction: FORWARDS, fromPosition: from === undefined ? START : parsePosition(from) });
      for await (const { event } of gentleRead(found)) {
        if (!event || !matches(event.streamId)) continue;
        const recorded = this.upcasters.lift(recordedEvent(event));
        // The server starts a read at the position, a subscription after it; the port is always after it.
        if (recorded.position !== from) yield recorded;
      }
    } catch (error) {
      throw readFailure(error);
    }
  }

  async head(): Promise<Position | undefined> {
    try {
      // Nearly always the last event is ours; the pages grow in case the server's own events follow it.
      let fromPosition: ReadPosition = END;
      for (let maxCount = 1; ; maxCount = Math.min(maxCount * 8, 4_096)) {
        const page: AllStreamRecordedEvent[] = [];
        for await (const { event } of gentleRead(this.client.current.readAll({ direction: BACKWARDS, fromPosition, maxCount }))) {
          if (event) page.push(event);
        }
        const newest = page.find(({ streamId }) => matches(streamId));
        if (newest || page.length < maxCount) return newest && recordedEvent(newest).position;
        fromPosition = page.at(-1)!.position;
      }
    } catch (error) {
      throw readFailure(error);
    }
  }

  follow(options: CatchUpOptions): Subscription {
    return this.subscriptions.add(new Follower(this.client, options, this.upcasters, this.logger));
  }

  consume(options: ConsumerOptions): Subscription {
    return this.subscriptions.add(new Consumer(this.client, options, this.upcasters, this.logger));
  }

  async close(): Promise<void> {
    await this.subscriptions.close();
    await this.appender.close();
    await this.client.close();
  }
}

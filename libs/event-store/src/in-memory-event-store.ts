import { Bell } from './bell.js';
import {
  type Appended,
  type CatchUpOptions,
  type ConsumerOptions,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type Position,
  type RecordedEvent,
  type StreamFilter,
  type Subscription,
  WrongExpectedRevision,
} from './event-store.js';
import { InMemoryFollower } from './in-memory-follower.js';
import { InMemoryGroup } from './in-memory-group.js';
import { positionOf, START } from './position.js';
import { matches } from './stream-filter.js';
import { Subscriptions } from './subscriptions.js';
import { Upcasters } from './upcasters.js';

export interface InMemoryOptions {
  readonly upcasters?: Upcasters;
  /** Default: the clock. */
  readonly now?: () => Date;
}

/** The event store for unit tests: the same contract as EventStoreDB, and gone with the process. */
export class InMemoryEventStore implements EventStore {
  /** Events already lifted: what a test appends in an old schema reads as a service would see it. */
  private readonly log: RecordedEvent[] = [];
  private readonly streams = new Map<string, RecordedEvent[]>();
  private readonly groups = new Map<string, { filter: StreamFilter; group: InMemoryGroup }>();
  private readonly subscriptions = new Subscriptions();
  private readonly changed = new Bell();
  private readonly upcasters: Upcasters;
  private readonly now: () => Date;

  constructor({ upcasters = new Upcasters(), now = () => new Date() }: InMemoryOptions = {}) {
    this.upcasters = upcasters;
    this.now = now;
  }

  async append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<Appended> {
    if (events.length === 0) throw new TypeError('an append needs at least one event');
    const held = this.streams.get(stream) ?? [];
    const next = expected === 'no-stream' ? 0 : expected + 1;
    const last = held[next + events.length - 1];
    const repeated = events.every((event, index) => event.id === held[next + index]?.id);
    if (last && repeated) return { revision: last.revision, position: last.position };
    if (next !== held.length) throw new WrongExpectedRevision(stream, expected);

    const recorded = events.map((event, index) => this.record(stream, next + index, event, this.log.length + index + 1));
    this.streams.set(stream, [...held, ...recorded]);
    this.log.push(...recorded);
    this.announce(recorded);
    const { revision, position } = recorded.at(-1)!;
    return { revision, position };
  }

  async *read(stream: string, from = 0, count = Infinity): AsyncIterable<RecordedEvent> {
    // The array of a stream is replaced by each append, so a read sees the stream as it was when it began.
    yield* (this.streams.get(stream) ?? []).slice(from, from + count);
  }

  async *readAll(from: Position = START): AsyncIterable<RecordedEvent> {
    for (const event of [...this.log]) {
      if (event.position > from && matches(event.stream)) yield event;
    }
  }

  async head(): Promise<Position | undefined> {
    return this.log.findLast(({ stream }) => matches(stream))?.position;
  }

  follow(options: CatchUpOptions): Subscription {
    return this.subscriptions.add(new InMemoryFollower(this.log, this.changed, options));
  }

  consume(options: ConsumerOptions): Subscription {
    return this.subscriptions.add(this.group(options).join(options));
  }

  /** Events that a group gave up on, oldest first. */
  parked(group: string): readonly RecordedEvent[] {
    return this.groups.get(group)?.group.parked ?? [];
  }

  async close(): Promise<void> {
    await this.subscriptions.close();
  }

  private record(stream: string, revision: number, { id, type, data, metadata }: NewEvent, ordinal: number): RecordedEvent {
    // Through JSON, as it would come back from a server: no undefined members, no class instances, nothing shared with the caller.
    const json = JSON.parse(JSON.stringify({ data, metadata })) as Pick<RecordedEvent, 'data' | 'metadata'>;
    const position = positionOf(BigInt(ordinal), BigInt(ordinal));
    return this.upcasters.lift({ id, stream, revision, position, recordedAt: this.now().toISOString(), type, ...json });
  }

  private announce(events: readonly RecordedEvent[]): void {
    for (const event of events) {
      for (const { filter, group } of this.groups.values()) if (matches(event.stream, filter)) group.add(event);
    }
    this.changed.ring();
  }

  private group({ group: name, filter }: ConsumerOptions): InMemoryGroup {
    const known = this.groups.get(name);
    if (known) return known.group;
    const group = new InMemoryGroup();
    this.groups.set(name, { filter, group });
    for (const event of this.log) if (matches(event.stream, filter)) group.add(event);
    return group;
  }
}

import type { DomainEvent } from '@slipway/kernel';

/**
 * A place in the whole log: `commit/prepare`, both unsigned 64-bit decimals, zero-padded to 20 digits,
 * so that positions sort as strings everywhere (SQLite, JSON, a shell).
 */
export type Position = string;

/** What Slipway records beside each event. `$` keys are EventStoreDB's own conventions. */
export interface EventMetadata {
  /** The first cause of the whole chain: one id for everything that followed from one request. */
  readonly $correlationId: string;
  /** The id of the command that made this event. */
  readonly $causationId: string;
  /** `kind:id` of whoever acted, attested by the edge. */
  readonly actor: string;
  /** On whose behalf a service acted by itself: the person or machine that began the chain. */
  readonly onBehalfOf?: string;
  /** SHA-256 over the canonical command, so that a reused command id with another body is seen. */
  readonly commandDigest: string;
  /** Version of the event's shape; upcasters lift older ones. */
  readonly schema: number;
  readonly traceparent?: string;
}

export interface NewEvent extends DomainEvent {
  /** UUID; appending it again to the same stream is idempotent. */
  readonly id: string;
  readonly metadata: EventMetadata;
}

/** An event as the log holds it. */
export interface RecordedEvent<E extends DomainEvent = DomainEvent> {
  readonly id: string;
  readonly stream: string;
  /** Number in its stream, from 0. */
  readonly revision: number;
  readonly position: Position;
  /** ISO 8601, when the store recorded it. */
  readonly recordedAt: string;
  readonly type: E['type'];
  readonly data: E['data'];
  readonly metadata: EventMetadata;
}

export interface Appended {
  /** Revision of the last event appended. */
  readonly revision: number;
  readonly position: Position;
}

/** Thrown by append when the stream is not at the expected revision. */
export class WrongExpectedRevision extends Error {
  override readonly name = 'WrongExpectedRevision';

  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
  ) {
    super(`stream ${stream} is not at the expected revision ${expected}`);
  }
}

/** Thrown by append when no answer came in time: the events may or may not be in the log. Ask the stream. */
export class UnknownOutcome extends Error {
  override readonly name = 'UnknownOutcome';
}

/** A revision, or `no-stream`. There is no "any": every append states what it has read. */
export type ExpectedRevision = number | 'no-stream';

/** Which streams: by prefix of the stream's name, such as `candidate-`. */
export interface StreamFilter {
  readonly prefixes: readonly string[];
}

export interface CatchUpOptions {
  /** Names the subscription in logs. */
  readonly name: string;
  /** Exclusive; undefined starts at the beginning. */
  readonly from: Position | undefined;
  /** Undefined: every stream but system ones (`$…`). */
  readonly filter?: StreamFilter;
  /** Called one event at a time, in log order; the next one waits for the promise. A throw ends the subscription with `onFailed`. */
  readonly onEvent: (event: RecordedEvent) => Promise<void> | void;
  /** The log was seen up to here although nothing matched the filter, so a checkpoint may move. */
  readonly onCheckpoint?: (position: Position) => Promise<void> | void;
  /** History is done; what follows is live. Called again after each reconnection. */
  readonly onCaughtUp?: () => void;
  /** A handler threw. A lost connection is not a failure: it reconnects from the last event that was handled. */
  readonly onFailed: (error: unknown) => void;
}

export interface ConsumerOptions {
  /** The group: replicas with the same name share the work. Created at first use, from the beginning of the log. */
  readonly group: string;
  readonly filter: StreamFilter;
  /**
   * Resolves: acked. Throws: retried by the store, and parked after `maxRetries`. At least once: after a lost connection, or when it
   * takes longer than 30 s, the event comes again, and another replica may get it.
   */
  readonly onEvent: (event: RecordedEvent) => Promise<void>;
  /** An event could not be handled and goes back to the store (`park` when it was the last try). Must not throw. */
  readonly onError: (error: unknown, event: RecordedEvent, outcome: 'retry' | 'park') => void;
  /** Events handled at the same time. Default 16. Those of one stream are handled one after another, by one replica while it is there. */
  readonly concurrency?: number;
  /** Default 10. */
  readonly maxRetries?: number;
}

export interface Subscription {
  /** Ends it and waits for the event in hand. */
  close(): Promise<void>;
}

/** The port behind which a log lives: EventStoreDB (or the embedded server) in earnest, memory in unit tests. */
export interface EventStore {
  /**
   * At least one event; atomic, all or none. Events that are already there, by id and at this revision, are answered as the first time.
   * Throws WrongExpectedRevision or UnknownOutcome.
   */
  append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<Appended>;
  /** At most `count` (default: all) of a stream's events from revision `from` (inclusive, default 0) on. A stream that does not exist has none. */
  read(stream: string, from?: number, count?: number): AsyncIterable<RecordedEvent>;
  /** The whole log without system streams, after `from` (exclusive). */
  readAll(from?: Position): AsyncIterable<RecordedEvent>;
  /** Position of the newest event that is not a system one; undefined for an empty log. */
  head(): Promise<Position | undefined>;
  /** Follows the log from a position; reconnects by itself. */
  follow(options: CatchUpOptions): Subscription;
  /** Shares the log's work among replicas through a persistent subscription; reconnects by itself. */
  consume(options: ConsumerOptions): Subscription;
  close(): Promise<void>;
}

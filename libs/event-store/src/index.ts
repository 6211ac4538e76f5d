export { categoriesKeptApart, type KeptApartBy } from './categories-kept-apart.js';
export { claimStreams } from './claim-streams.js';
export { derivedId } from './derived-id.js';
export { digestOf } from './digest.js';
export { eventId } from './event-id.js';
export {
  type Appended,
  type CatchUpOptions,
  type ConsumerOptions,
  type EventMetadata,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type Position,
  type RecordedEvent,
  type StreamFilter,
  type Subscription,
  UnknownOutcome,
  WrongExpectedRevision,
} from './event-store.js';
export { connectEventStore, type ConnectOptions } from './event-store-db.js';
export { execute, type Execution, type Outcome } from './execute.js';
export { InMemoryEventStore, type InMemoryOptions } from './in-memory-event-store.js';
export { type Answered, load, type Loaded } from './load.js';
export { parsePosition, positionOf, START } from './position.js';
export type { StoreLogger } from './store-logger.js';
export { type Upcaster, upcaster, Upcasters } from './upcasters.js';
export { type ConnectionSource, waitForEventStore } from './wait-for-event-store.js';

import type { Decider, DomainEvent } from '@slipway/kernel';
import type { EventStore, Position, RecordedEvent } from './event-store.js';
import { START } from './position.js';

/** Where a stream holds the events of a command that it has answered. */
export interface Answered {
  /** Digest of the command, to tell a repetition from a reused id. */
  readonly digest: string;
  /** Revisions of its first and last event; one append is atomic, so nothing lies between. */
  readonly first: number;
  readonly last: number;
}

/** A stream, folded. */
export interface Loaded<S> {
  readonly state: S;
  /** Revision of the last event; -1 when there is none. */
  readonly revision: number;
  /** Position of the last event; START when there is none. */
  readonly position: Position;
  /** By command id. A command that led to no event is not remembered: doing nothing again is harmless. */
  readonly answered: ReadonlyMap<string, Answered>;
}

/** Reads a stream from its beginning and folds it. */
export function load<C, S, E extends DomainEvent>(store: EventStore, decider: Decider<C, S, E>, stream: string): Promise<Loaded<S>> {
  return reload(store, decider, stream, { state: decider.initial(), revision: -1, position: START, answered: new Map() });
}

/** Reads what came to a stream since it was loaded, and folds it on top. */
export async function reload<C, S, E extends DomainEvent>(
  store: EventStore,
  decider: Decider<C, S, E>,
  stream: string,
  loaded: Loaded<S>,
): Promise<Loaded<S>> {
  const answered = new Map(loaded.answered);
  let { state, revision, position } = loaded;
  for await (const event of store.read(stream, revision + 1)) {
    state = decider.evolve(state, asFact<E>(event), event.revision);
    ({ revision, position } = event);
    const { $causationId, commandDigest } = event.metadata;
    answered.set($causationId, { digest: commandDigest, first: answered.get($causationId)?.first ?? revision, last: revision });
  }
  return { state, revision, position, answered };
}

/** Only one context writes a stream, so what it holds are that context's facts; upcasters have lifted the older ones. */
export const asFact = <E extends DomainEvent>({ type, data }: RecordedEvent): E => ({ type, data }) as E;

/** A business fact: a past-tense name and its data. The unit that streams hold. */
export interface DomainEvent<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
}

/**
 * What a decider is asked: the validated command, who acts, and when.
 * Time, ids and whatever had to be looked up arrive as data, so that deciding stays pure.
 */
export interface Command<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
  /** `kind:id` of whoever acts, attested by the edge. */
  readonly actor: string;
  /** ISO 8601 instant at which the edge accepted the command. */
  readonly at: string;
}

/** The pure heart of a stream: fold facts into a state, decide new facts from a command. */
export interface Decider<C, S, E> {
  initial(): S;
  /** @param revision the event's number in its stream, from 0; fencing tokens and citations are made of it. */
  evolve(state: S, event: E, revision: number): S;
  /** Returns the facts that follow (none: nothing to do). Throws SlipwayError for a command that can't be considered. */
  decide(command: C, state: S): E[];
}

/** Folds events that start at `revision` into a state. */
export function fold<C, S, E>(decider: Decider<C, S, E>, events: Iterable<E>, revision = 0, state = decider.initial()): S {
  for (const event of events) state = decider.evolve(state, event, revision++);
  return state;
}

/** Closes a switch over a union: the compiler refuses a case that was forgotten. */
export function never(value: never): never {
  throw new TypeError(`unexpected value: ${JSON.stringify(value)}`);
}

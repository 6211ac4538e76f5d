/** Nest tokens for what has no class of its own. */
export const LOGGER = Symbol('Logger');
export const EVENT_STORE = Symbol('EventStore');
export const LET_GO = Symbol('LetGo');
/** What keeps recipes and steps apart: an `Isolation`. */
export const ISOLATION = Symbol('Isolation');
/** Gives the public keys of those who may say who sends a message, as they are now: `() => TrustedKeys`. */
export const ASSERTION_KEYS = Symbol('AssertionKeys');
export const SERVICE = Symbol('ServiceIdentity');
export const PROJECTIONS = Symbol('Projections');
export const REACTORS = Symbol('Reactors');

/** Which service this is, and which streams it alone writes. */
export interface ServiceIdentity {
  readonly name: string;
  /** Prefixes of the streams whose facts it publishes. */
  readonly owns: readonly string[];
}

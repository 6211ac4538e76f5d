import { ANY, NO_STREAM, STREAM_EXISTS } from '../protocol/append-codec.js';

/** A durable event that an append may repeat. */
export interface KnownEvent {
  readonly revision: number;
  readonly position: number;
}

/** What the rules need to know of a stream. The last three are asked only when a rule needs them. */
export interface StreamFacts {
  /** The last revision, -1 without events. */
  readonly last: number;
  readonly tombstoned: boolean;
  softDeleted(): boolean;
  hasMetadata(): boolean;
  /** Where an event with this id was written to this stream, as far as the store remembers. */
  recall(id: string): KnownEvent | undefined;
  /** The event at a revision. */
  at(revision: number): { readonly id: string; readonly position: number } | undefined;
}

export type AppendDecision =
  | { readonly kind: 'write' }
  /** The append happened before: answer what it was answered then. */
  | { readonly kind: 'repeat'; readonly revision: number; readonly position: number }
  | { readonly kind: 'wrong-version' }
  | { readonly kind: 'deleted' };

const WRITE: AppendDecision = { kind: 'write' };
const WRONG: AppendDecision = { kind: 'wrong-version' };
const DELETED: AppendDecision = { kind: 'deleted' };

/** Decides what becomes of an append with these event ids. */
export function decideAppend(expected: number, ids: readonly string[], stream: StreamFacts): AppendDecision {
  if (stream.tombstoned) return DELETED;
  if (expected === ANY) return repeatOfRemembered(ids, stream);
  if (expected === STREAM_EXISTS) {
    if (stream.softDeleted()) return DELETED;
    if (stream.last < 0 && !stream.hasMetadata()) return WRONG;
    return repeatOfRemembered(ids, stream);
  }
  if (expected > stream.last) return WRONG;
  if (expected === stream.last) return WRITE;
  return repeatAfter(expected, ids, stream);
}

/** Without an exact revision an append is a repeat if all its ids are known, and broken if only some are. */
function repeatOfRemembered(ids: readonly string[], stream: StreamFacts): AppendDecision {
  let known: KnownEvent | undefined;
  for (const [index, id] of ids.entries()) {
    const found = stream.recall(id);
    if (found === undefined) return index === 0 ? WRITE : WRONG;
    known = found;
  }
  return known === undefined ? WRITE : { kind: 'repeat', ...known };
}

/** With an exact revision the events right behind it must be the same ones, however long ago that was: no events are none of them. */
function repeatAfter(expected: number, ids: readonly string[], stream: StreamFacts): AppendDecision {
  let known: KnownEvent | undefined;
  let revision = expected;
  for (const id of ids) {
    revision++;
    const found = stream.at(revision);
    if (found?.id === id) {
      known = { revision, position: found.position };
      continue;
    }
    const first = revision === expected + 1;
    return first && expected === NO_STREAM && stream.softDeleted() ? WRITE : WRONG;
  }
  return known === undefined ? WRONG : { kind: 'repeat', ...known };
}

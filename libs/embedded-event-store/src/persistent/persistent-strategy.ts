import { PinnedBuckets } from './pinned-buckets.js';
import type { Strategy } from './persistent-settings.js';

/** A connected consumer, as far as the choice of one is concerned. */
export interface Candidate {
  readonly id: number;
  /** It can take one more event now. */
  readonly free: boolean;
}

/** Chooses who gets an event. Undefined: nobody can take it now. */
export type Chooser<C extends Candidate> = (consumers: readonly C[], key: string) => C | undefined;

/** `pinned` strategies choose by a key of the event; if its consumer is busy, other keys' events may still go. */
export function isPinned(strategy: Strategy): boolean {
  return strategy === 'Pinned' || strategy === 'PinnedByCorrelation';
}

/** `keysInFlight` are those of the events that are with consumers now. */
export function createChooser<C extends Candidate>(strategy: Strategy, keysInFlight: () => Iterable<string>): Chooser<C> {
  switch (strategy) {
    case 'RoundRobin':
      return inTurn(1);
    case 'DispatchToSingle':
      return inTurn(0);
    case 'Pinned':
    case 'PinnedByCorrelation': {
      const buckets = new PinnedBuckets<C>(keysInFlight);
      return (consumers, key) => buckets.choose(consumers, key);
    }
  }
}

/** The first who is free, from where it went on the last time: `step` 0 stays with whom it found, 1 goes to the next. */
function inTurn<C extends Candidate>(step: 0 | 1): Chooser<C> {
  let next = 0;
  return (consumers) => {
    for (let i = 0; i < consumers.length; i++) {
      const index = (next + i) % consumers.length;
      const consumer = consumers[index]!;
      if (!consumer.free) continue;
      next = index + step;
      return consumer;
    }
    return undefined;
  };
}

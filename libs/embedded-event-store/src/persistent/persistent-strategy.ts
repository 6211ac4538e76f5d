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

export function createChooser<C extends Candidate>(strategy: Strategy): Chooser<C> {
  switch (strategy) {
    case 'RoundRobin':
      return roundRobin();
    case 'DispatchToSingle':
      return (consumers) => consumers.find((consumer) => consumer.free);
    case 'Pinned':
    case 'PinnedByCorrelation':
      return pinned;
  }
}

function roundRobin<C extends Candidate>(): Chooser<C> {
  let next = 0;
  return (consumers) => {
    for (let i = 0; i < consumers.length; i++) {
      const consumer = consumers[(next + i) % consumers.length]!;
      if (!consumer.free) continue;
      next = (next + i + 1) % consumers.length;
      return consumer;
    }
    return undefined;
  };
}

/** Every consumer bids for a key and the highest bid has it: when one leaves, only its keys move. */
function pinned<C extends Candidate>(consumers: readonly C[], key: string): C | undefined {
  let best: C | undefined;
  let highest = -1;
  for (const consumer of consumers) {
    const bid = hash(`${consumer.id}/${key}`);
    if (bid > highest) [best, highest] = [consumer, bid];
  }
  return best?.free ? best : undefined;
}

/** FNV-1a with a final mix, since keys that differ at their end only must not bid alike. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

import type { Pattern, Place } from './shapes.js';
import { type Trie, trieOf } from './trie.js';

/** A place in a pattern and a node of its trie, in one number: place × NODES + node. */
export type Thread = number;
const NODES = 2 ** 14;

export interface Advance {
  /** Some perhaps more than once. */
  readonly threads: readonly Thread[];
  /** Whether a pattern ends with this byte. */
  readonly found: boolean;
}

/** All patterns as one machine that may be at many places at once: which threads does a byte lead to? */
export class Patterns {
  /** The places of all patterns one behind the other, each pattern closed by `undefined`. */
  private readonly tries: (Trie | undefined)[] = [];
  /** By place: the most bytes that can lead to it. */
  private readonly before: number[] = [];
  /** By place: whether a pattern may end behind it. */
  private readonly last: boolean[] = [];
  readonly starts: Thread[] = [];

  constructor(
    patterns: readonly Pattern[],
    private readonly direction: 'forwards' | 'backwards',
  ) {
    for (const { places, head, tail } of patterns) {
      if (direction === 'forwards') this.add(head, places, tail);
      else this.add(tail, [...places].reverse(), head);
    }
  }

  private add(first: Place | undefined, places: readonly Place[], last: Place | undefined): void {
    const begin = this.tries.length;
    const all = [...(first ? [first] : []), ...places, ...(last ? [last] : [])];
    let bytes = 0;
    for (const place of all) {
      const trie = trieOf(place, this.direction);
      this.tries.push(trie);
      this.before.push(bytes);
      this.last.push(false);
      bytes += trie.longest;
    }
    this.last[this.last.length - 1] = true;
    if (last) this.last[this.last.length - 2] = true;
    this.tries.push(undefined);
    this.before.push(bytes);
    this.last.push(false);
    this.starts.push(begin * NODES);
    if (first) this.starts.push((begin + 1) * NODES);
  }

  advance(threads: readonly Thread[], byte: number): Advance {
    const next: Thread[] = [];
    let found = false;
    for (const thread of threads) {
      const place = Math.floor(thread / NODES);
      const trie = this.tries[place]!;
      const node = trie.children[thread % NODES]!.get(byte);
      if (node === undefined) continue;
      if (trie.children[node]!.size > 0) next.push(place * NODES + node);
      if (!trie.ends[node]) continue;
      if (this.tries[place + 1]) next.push((place + 1) * NODES);
      if (this.last[place]) found = true;
    }
    return { threads: next, found };
  }

  /** The most bytes that a thread can have behind it. */
  reach(thread: Thread): number {
    const place = Math.floor(thread / NODES);
    const inside = thread % NODES === 0 ? 0 : this.tries[place]!.longest;
    return this.before[place]! + inside;
  }
}

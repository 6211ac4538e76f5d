import type { Place } from './shapes.js';

/** The writings of one place, byte by byte. Node 0 is the beginning. */
export interface Trie {
  readonly children: readonly ReadonlyMap<number, number>[];
  /** By node: whether a writing ends there. */
  readonly ends: readonly boolean[];
  /** Bytes of the longest writing. */
  readonly longest: number;
}

const known = { forwards: new WeakMap<Place, Trie>(), backwards: new WeakMap<Place, Trie>() };

/** Made once for a place. `backwards` reads the writings from their ends. */
export function trieOf(place: Place, direction: 'forwards' | 'backwards'): Trie {
  const trie = known[direction].get(place) ?? makeTrie(place, direction === 'backwards');
  known[direction].set(place, trie);
  return trie;
}

function makeTrie(place: Place, backwards: boolean): Trie {
  const children = [new Map<number, number>()];
  const ends = [false];
  let longest = 0;
  for (const writing of place) {
    const bytes = Buffer.from(writing);
    if (backwards) bytes.reverse();
    longest = Math.max(longest, bytes.length);
    let node = 0;
    for (const byte of bytes) {
      let next = children[node]!.get(byte);
      if (next === undefined) {
        next = children.length;
        children.push(new Map());
        ends.push(false);
        children[node]!.set(byte, next);
      }
      node = next;
    }
    ends[node] = true;
  }
  return { children, ends, longest };
}

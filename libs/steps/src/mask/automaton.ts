import type { Advance, Patterns, Thread } from './patterns.js';

/** 1 KiB each. When there are so many, all are forgotten; those in use come back one by one. */
const MOST_STATES = 8_192;
const UNKNOWN = -1;
const NO_BYTE = -1;
const NOTHING: Advance = { threads: [], found: false };

/** Where the automaton is: patterns that have begun before the last byte, and (by that byte alone) those that begin with it. */
export interface Position {
  readonly threads: readonly Thread[];
  /** -1: none begins with it. */
  readonly byte: number;
}

export const BEGINNING: Position = { threads: [], byte: NO_BYTE };

/**
 * The patterns as a deterministic automaton over bytes whose states are made when they are met (a lazy subset
 * construction): each byte costs one look into a table, however many patterns there are. A pattern may begin at every
 * byte; that is what would make states large and dear, so it is kept apart and remembered by one byte and by two.
 */
export class Automaton {
  private table = new Int32Array(0);
  private found = new Uint8Array(0);
  private positions: Position[] = [];
  private reaches: number[] = [];
  private readonly states = new Map<string, number>();
  private readonly firsts: (Advance | undefined)[] = [];
  private readonly firstReaches: (number | undefined)[] = [];
  private readonly seconds = new Map<number, Advance>();

  constructor(private readonly patterns: Patterns) {}

  /** The state at a position. A position is valid for ever; the number of a state until the next byte. */
  enter(position: Position): number {
    return this.stateOf(position, false);
  }

  position(state: number): Position {
    return this.positions[state]!;
  }

  /** Bytes before here that may belong to a match which is not complete. */
  reachOf(state: number): number {
    return this.reaches[state]!;
  }

  /** Reads from `from` on and tells the end of each match. Gives the last state. */
  scan(data: Buffer, from: number, state: number, onMatch: (end: number) => void): number {
    let { table, found } = this;
    for (let at = from; at < data.length; at++) {
      const byte = data[at]!;
      let next = table[state * 256 + byte]!;
      if (next === UNKNOWN) {
        next = this.step(state, byte);
        ({ table, found } = this);
      }
      state = next;
      if (found[state] === 1) onMatch(at + 1);
    }
    return state;
  }

  private step(state: number, byte: number): number {
    const { threads, byte: before } = this.positions[state]!;
    const here = this.patterns.advance(threads, byte);
    const second = before === NO_BYTE ? NOTHING : this.second(before, byte);
    const first = this.first(byte);
    const full = this.positions.length >= MOST_STATES;
    if (full) this.forget();
    const position = { threads: [...here.threads, ...second.threads], byte: first.threads.length === 0 ? NO_BYTE : byte };
    const next = this.stateOf(position, here.found || second.found || first.found);
    if (!full) this.table[state * 256 + byte] = next;
    return next;
  }

  private first(byte: number): Advance {
    return (this.firsts[byte] ??= this.patterns.advance(this.patterns.starts, byte));
  }

  private second(before: number, byte: number): Advance {
    const key = before * 256 + byte;
    const second = this.seconds.get(key) ?? this.patterns.advance(this.first(before).threads, byte);
    this.seconds.set(key, second);
    return second;
  }

  private stateOf({ threads, byte }: Position, found: boolean): number {
    const sorted = threads.length < 2 ? threads : [...new Set(threads)].sort((a, b) => a - b);
    const key = `${found} ${byte} ${sorted.join(' ')}`;
    const known = this.states.get(key);
    if (known !== undefined) return known;
    const state = this.positions.length;
    this.makeRoom();
    this.states.set(key, state);
    this.positions.push({ threads: sorted, byte });
    this.found[state] = Number(found);
    this.reaches.push(Math.max(this.reachOfAll(sorted), byte === NO_BYTE ? 0 : this.firstReach(byte)));
    return state;
  }

  private firstReach(byte: number): number {
    return (this.firstReaches[byte] ??= this.reachOfAll(this.first(byte).threads));
  }

  private reachOfAll(threads: readonly Thread[]): number {
    let most = 0;
    for (const thread of threads) most = Math.max(most, this.patterns.reach(thread));
    return most;
  }

  private makeRoom(): void {
    const states = this.found.length;
    if (this.positions.length < states) return;
    const table = new Int32Array(Math.max(64, states * 2) * 256).fill(UNKNOWN);
    table.set(this.table);
    this.table = table;
    const found = new Uint8Array(table.length / 256);
    found.set(this.found);
    this.found = found;
  }

  private forget(): void {
    this.states.clear();
    this.positions = [];
    this.reaches = [];
    this.table.fill(UNKNOWN);
  }
}

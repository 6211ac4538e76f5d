import { type Automaton, BEGINNING } from './automaton.js';
import type { Beginnings } from './beginnings.js';

/** Finds one set of patterns. Streams may share it. */
export interface Finder {
  /** Of the matches. */
  readonly ends: Automaton;
  readonly beginnings: Beginnings;
}

/** Bytes of `held` that belong to matches which overlap. */
interface Region {
  start: number;
  readonly end: number;
  /** The replacement has been given for it already. */
  readonly shown: boolean;
}

/**
 * One stream without the secrets. The end of what came may be the beginning of a secret and is held back until that is
 * known: never more than the longest pattern, and nothing while no pattern has begun.
 */
export class MaskStream {
  private held: Buffer = Buffer.alloc(0);
  private regions: Region[] = [];
  private position = BEGINNING;

  /** @param shown in the place of what is found */
  constructor(
    private readonly finder: Finder,
    private readonly shown: Buffer,
  ) {}

  /** What can be shown now. */
  push(chunk: Buffer): Buffer {
    const { ends } = this.finder;
    const data = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    const state = ends.scan(data, this.held.length, ends.enter(this.position), (end) => this.found(data, end));
    this.position = ends.position(state);
    return this.release(data, Math.max(0, data.length - ends.reachOf(state)));
  }

  /** The rest. The stream may be used again. */
  end(): Buffer {
    this.position = BEGINNING;
    return this.release(this.held, this.held.length);
  }

  /** Regions stay in order and apart: a match takes in those that it overlaps. */
  private found(data: Buffer, end: number): void {
    let start = this.finder.beginnings.of(data, end);
    let shown = false;
    for (let last = this.regions.at(-1); last && last.end > start; last = this.regions.at(-1)) {
      start = Math.min(start, last.start);
      shown = last.shown;
      this.regions.pop();
    }
    this.regions.push({ start, end, shown });
  }

  /** Gives what is before `safe`, where no further match can begin any more, and holds what is behind it. */
  private release(data: Buffer, safe: number): Buffer {
    const parts: Buffer[] = [];
    let at = 0;
    for (const { start, end, shown } of this.regions) {
      if (start >= safe) break;
      parts.push(data.subarray(at, start));
      if (!shown) parts.push(this.shown);
      at = Math.min(end, safe);
    }
    parts.push(data.subarray(at, safe));
    this.regions = this.regions
      .filter(({ end }) => end > safe)
      .map(({ start, end, shown }) => ({ start: Math.max(0, start - safe), end: end - safe, shown: shown || start < safe }));
    this.held = Buffer.from(data.subarray(safe));
    return Buffer.concat(parts);
  }
}

/** Something read in order and settled in any order. */
export interface WindowEntry {
  /** Its revision or position. */
  readonly place: number;
  settled: boolean;
}

/** Knows up to where everything is settled, however the answers come in. */
export class CheckpointWindow<E extends WindowEntry> {
  private entries: E[] = [];
  private start = 0;

  /** `cursor` is the last place that was looked at, whether anything there was of interest or not. */
  constructor(public cursor: number) {}

  add(entry: E): void {
    this.entries.push(entry);
  }

  get size(): number {
    return this.entries.length - this.start;
  }

  /** All up to this place is settled. */
  get settledUpTo(): number {
    while (this.start < this.entries.length && this.entries[this.start]!.settled) this.start++;
    if (this.start > 1024 && this.start * 2 > this.entries.length) {
      this.entries = this.entries.slice(this.start);
      this.start = 0;
    }
    const oldest = this.entries[this.start];
    return oldest === undefined ? this.cursor : oldest.place - 1;
  }
}

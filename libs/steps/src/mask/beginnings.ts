import type { Patterns, Thread } from './patterns.js';

interface Step {
  readonly threads: readonly Thread[];
  readonly found: boolean;
  readonly next: Map<number, Step>;
}

/** So many steps are remembered. */
const MOST_STEPS = 16_384;

/** Reads a match from its end to its beginning. */
export class Beginnings {
  private readonly root: Step;
  private steps = 0;

  constructor(private readonly backwards: Patterns) {
    this.root = { threads: backwards.starts, found: false, next: new Map() };
  }

  /** Where the longest match that ends at `end` begins. */
  of(data: Buffer, end: number): number {
    let beginning = end;
    let step = this.root;
    for (let at = end - 1; at >= 0 && step.threads.length > 0; at--) {
      step = this.after(step, data[at]!);
      if (step.found) beginning = at;
    }
    return beginning;
  }

  private after(step: Step, byte: number): Step {
    const known = step.next.get(byte);
    if (known) return known;
    const next: Step = { ...this.backwards.advance(step.threads, byte), next: new Map() };
    if (++this.steps > MOST_STEPS) this.forget();
    step.next.set(byte, next);
    return next;
  }

  private forget(): void {
    this.steps = 0;
    this.root.next.clear();
  }
}

import { Automaton } from './automaton.js';
import { Beginnings } from './beginnings.js';
import { type Finder, MaskStream, REPLACEMENT } from './mask-stream.js';
import { Patterns } from './patterns.js';
import { type Pattern, patternsOf } from './shapes.js';

/** As it stands: what is masked already, and is masked again, stays as it is, also for the secret `secret`. */
const MASKED: Pattern = { places: [[REPLACEMENT]] };

/** Hides the values that it was given, in all shapes of shapes.ts, in texts and in streams of bytes. */
export class SecretMask {
  private readonly values = new Set<string>();
  private finder: Finder | undefined;

  /** From now on; streams that are open already do not learn of it. */
  add(values: Iterable<string>): void {
    const before = this.values.size;
    for (const value of values) this.values.add(value);
    if (this.values.size > before) this.finder = undefined;
  }

  /** A text with `[secret]` in place of each secret. */
  text(text: string): string {
    if (this.values.size === 0) return text;
    const stream = this.open();
    return Buffer.concat([stream.push(Buffer.from(text)), stream.end()]).toString();
  }

  /** For one stream of bytes: stdout and stderr need one each. */
  open(): MaskStream {
    this.finder ??= this.makeFinder();
    return new MaskStream(this.finder);
  }

  private makeFinder(): Finder {
    const patterns = [MASKED, ...[...this.values].flatMap(patternsOf)];
    return { ends: new Automaton(new Patterns(patterns, 'forwards')), beginnings: new Beginnings(new Patterns(patterns, 'backwards')) };
  }
}

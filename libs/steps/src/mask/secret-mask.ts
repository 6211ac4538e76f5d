import { Automaton } from './automaton.js';
import { Beginnings } from './beginnings.js';
import { type Finder, MaskStream } from './mask-stream.js';
import { Patterns } from './patterns.js';
import { patternsOf } from './shapes.js';

/** Hides the values that it was given, in all shapes of shapes.ts, in texts and in streams of bytes. */
export class SecretMask {
  private readonly values = new Set<string>();
  private finder: Finder | undefined;

  /** @param replacement what is shown in the place of a value */
  constructor(private readonly replacement = '[secret]') {}

  /** From now on; streams that are open already do not learn of it. */
  add(values: Iterable<string>): void {
    const before = this.values.size;
    for (const value of values) this.values.add(value);
    if (this.values.size > before) this.finder = undefined;
  }

  /** A text with the replacement in place of each value. */
  text(text: string): string {
    if (this.values.size === 0) return text;
    const stream = this.open();
    return Buffer.concat([stream.push(Buffer.from(text)), stream.end()]).toString();
  }

  /** For one stream of bytes: stdout and stderr need one each. */
  open(): MaskStream {
    this.finder ??= this.makeFinder();
    return new MaskStream(this.finder, Buffer.from(this.replacement));
  }

  private makeFinder(): Finder {
    // As it stands: what is masked already, and is masked again, stays as it is, also for the secret `secret`.
    const patterns = [{ places: [[this.replacement]] }, ...[...this.values].flatMap(patternsOf)];
    return { ends: new Automaton(new Patterns(patterns, 'forwards')), beginnings: new Beginnings(new Patterns(patterns, 'backwards')) };
  }
}

import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BuildSubject } from '@slipway/build';

/** Where all attempts of a replica work, one folder each. What is left in it after a crash is nobody's. */
export const workRoot = (data: string): string => join(data, 'work');

/** One attempt to build a candidate, and its places on disk. */
export class Attempt {
  /**
   * Made of what names the attempt, so that it is found again after a crash. `_` is in none of the names. Its absolute
   * path is the run id of all processes of the attempt: no other attempt on this machine has it, nor another installation.
   */
  readonly folder: string;
  readonly checkout: string;
  /** The recipe's HOME and TMPDIR: private to the attempt, and gone with it. */
  readonly home: string;
  readonly temporary: string;
  readonly log: string;

  constructor(
    data: string,
    readonly subject: BuildSubject,
    readonly number: number,
  ) {
    const { application, candidate } = subject;
    this.folder = join(workRoot(data), `${application.replace('/', '_')}_${candidate}_${number}`);
    this.checkout = join(this.folder, 'checkout');
    this.home = join(this.folder, 'home');
    this.temporary = join(this.folder, 'tmp');
    this.log = join(data, 'logs', application, candidate, `${number}.log`);
  }

  /** Makes the folders, but for the checkout. */
  async prepare(): Promise<void> {
    for (const folder of [this.home, this.temporary, dirname(this.log)]) await mkdir(folder, { recursive: true });
  }

  toString(): string {
    return `${this.subject.application} ${this.subject.candidate}, attempt ${this.number}`;
  }
}

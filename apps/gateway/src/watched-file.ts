import { statSync } from 'node:fs';

/** A file's content, read again when the file was changed. What can't be used is told once, and what was read before stays. */
export class WatchedFile<T> {
  private seen: string;
  private value: T;

  /**
   * @param read throws what is told; its first error is the caller's
   * @param missing in the place of a file that is not there
   */
  constructor(
    private readonly file: string,
    private readonly read: (file: string) => T,
    private readonly missing: T,
    private readonly onBad: (error: unknown) => void,
  ) {
    this.seen = stampOf(file);
    this.value = this.seen === GONE ? missing : read(file);
  }

  get content(): T {
    const stamp = stampOf(this.file);
    if (stamp === this.seen) return this.value;
    this.seen = stamp;
    try {
      this.value = stamp === GONE ? this.missing : this.read(this.file);
    } catch (error) {
      this.onBad(error);
    }
    return this.value;
  }
}

const GONE = '';

function stampOf(file: string): string {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat ? `${stat.ino} ${stat.mtimeNs} ${stat.ctimeNs} ${stat.size}` : GONE;
}

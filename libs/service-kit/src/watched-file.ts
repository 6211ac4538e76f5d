import { statSync } from 'node:fs';

/** A file's content, read again when the file was changed. What can't be used is told once, and what was read before stays. */
export class WatchedFile<T> {
  private seen: string;
  private value: T;

  /**
   * @param read throws what is told; its first error is the caller's
   * @param missing in the place of a file that is not there. Default: such a file can't be used
   */
  constructor(
    private readonly file: string,
    private readonly read: (file: string) => T,
    private readonly onBad: (error: unknown) => void,
    private readonly missing?: T,
  ) {
    this.seen = stampOf(file);
    this.value = this.load();
  }

  get content(): T {
    const stamp = stampOf(this.file);
    if (stamp === this.seen) return this.value;
    this.seen = stamp;
    try {
      this.value = this.load();
    } catch (error) {
      this.onBad(error);
    }
    return this.value;
  }

  private load(): T {
    return this.seen === GONE && this.missing !== undefined ? this.missing : this.read(this.file);
  }
}

const GONE = '';

function stampOf(file: string): string {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat ? `${stat.ino} ${stat.mtimeNs} ${stat.ctimeNs} ${stat.size}` : GONE;
}

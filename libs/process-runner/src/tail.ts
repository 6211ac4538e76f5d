/** The last bytes of a stream. */
export class Tail {
  private bytes: Buffer = Buffer.alloc(0);

  constructor(private readonly keepBytes: number) {}

  /** Copies: a slice would keep the whole chunk in memory. */
  push(chunk: Buffer): void {
    const added = chunk.subarray(Math.max(0, chunk.length - this.keepBytes));
    const kept = this.bytes.subarray(Math.max(0, this.bytes.length + added.length - this.keepBytes));
    this.bytes = Buffer.concat([kept, added]);
  }

  /** As UTF-8; a character that was cut in two at the front is left out. */
  toString(): string {
    let start = 0;
    while (start < 3 && ((this.bytes[start] ?? 0) & 0xc0) === 0x80) start++;
    return this.bytes.toString('utf8', start);
  }
}

import { CallError, Status } from './call-error.js';

/** In front of each message: one byte that says whether it is compressed, four with its length. */
export const PREFIX_SIZE = 5;

/** Finds the messages in a stream of bytes, wherever its chunks are cut. */
export class MessageSplitter {
  private rest: Buffer[] = [];
  private restSize = 0;
  /** Bytes that the message under way needs, its prefix included; unknown before its prefix is complete. */
  private needed = PREFIX_SIZE;

  constructor(private readonly mostBytes: number) {}

  /** Calls `take` with each message that is complete now: a view of the chunk, where it came in one. Throws CallError. */
  push(chunk: Buffer, take: (message: Buffer) => void): void {
    if (this.restSize > 0) {
      this.keep(chunk);
      if (this.restSize < this.needed) return;
      chunk = Buffer.concat(this.rest, this.restSize);
      this.rest = [];
      this.restSize = 0;
    }
    let at = 0;
    while (at + PREFIX_SIZE <= chunk.length) {
      const end = at + this.sizeAt(chunk, at);
      if (end > chunk.length) {
        this.needed = end - at;
        break;
      }
      take(chunk.subarray(at + PREFIX_SIZE, end));
      at = end;
      this.needed = PREFIX_SIZE;
    }
    if (at < chunk.length) this.keep(chunk.subarray(at));
  }

  /** Whether a message has begun and not ended. */
  get partial(): boolean {
    return this.restSize > 0;
  }

  private keep(chunk: Buffer): void {
    this.rest.push(chunk);
    this.restSize += chunk.length;
  }

  private sizeAt(chunk: Buffer, at: number): number {
    if (chunk[at] !== 0) throw new CallError(Status.UNIMPLEMENTED, 'compressed messages are not supported');
    const size = chunk.readUInt32BE(at + 1);
    if (size > this.mostBytes) throw new CallError(Status.RESOURCE_EXHAUSTED, `a message may hold ${this.mostBytes} bytes, this one has ${size}`);
    return PREFIX_SIZE + size;
  }
}

import { PREFIX_SIZE } from './message-splitter.js';

/** A message that lays its bytes down where it is told to. */
export interface OutgoingMessage {
  /** Bytes. */
  readonly size: number;
  put(target: Buffer, at: number): void;
}

/** Bytes that go to the connection in one write. */
const CHUNK = 64 * 1024;
/** Of the first chunk of a call: most calls answer with one small message. */
const FIRST_CHUNK = 256;

/** Messages on their way out, each behind its prefix, joined to chunks. */
export class Outbox {
  private chunk = Buffer.alloc(0);
  private used = 0;
  private nextSize = FIRST_CHUNK;

  /** @param send takes a chunk, which is its own from then on */
  constructor(private readonly send: (chunk: Buffer) => void) {}

  /** Bytes that wait for `flush`. */
  get size(): number {
    return this.used;
  }

  /** Sends the chunk before, if there is no room in it. */
  add(message: OutgoingMessage | Uint8Array): void {
    const size = message instanceof Uint8Array ? message.length : message.size;
    const at = this.room(PREFIX_SIZE + size);
    this.chunk[at] = 0;
    this.chunk.writeUInt32BE(size, at + 1);
    if (message instanceof Uint8Array) this.chunk.set(message, at + PREFIX_SIZE);
    else message.put(this.chunk, at + PREFIX_SIZE);
  }

  flush(): void {
    if (this.used === 0) return;
    const bytes = this.chunk.subarray(0, this.used);
    this.clear();
    this.send(bytes);
  }

  clear(): void {
    this.chunk = this.chunk.subarray(this.used);
    this.used = 0;
  }

  /** Where so many bytes may be put. */
  private room(size: number): number {
    if (this.used + size > this.chunk.length) {
      this.flush();
      if (size > this.chunk.length) {
        this.chunk = Buffer.allocUnsafe(Math.max(size, this.nextSize));
        this.nextSize = Math.min(CHUNK, this.nextSize * 4);
      }
    }
    const at = this.used;
    this.used += size;
    return at;
  }
}

import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { StopSwitch } from './stop-switch.js';
import { Tail } from './tail.js';
import { within } from './within.js';

export interface OutputLimits {
  readonly limitBytes: number;
  readonly keepBytes: number;
}

/** Writes a command's output to a file as fast as the disk takes it, up to a limit. Holds only the last bytes in memory. */
export class OutputLog {
  bytes = 0;
  full = false;
  private readonly tailBytes: Tail;
  private readonly sources: Readable[] = [];
  private error: Error | undefined;

  private constructor(
    private readonly log: WriteStream,
    private readonly limitBytes: number,
    keepBytes: number,
    private readonly stop: StopSwitch,
  ) {
    this.tailBytes = new Tail(keepBytes);
    log.on('drain', () => this.sources.forEach((source) => source.resume()));
    log.on('error', (error) => this.fail(error));
  }

  /** Pulls `stop` when the limit is passed, and when the file cannot be written. Rejects if it cannot be opened. */
  static async open(file: string, limits: OutputLimits, stop: StopSwitch): Promise<OutputLog> {
    const log = createWriteStream(file, { flags: 'a' });
    await once(log, 'open');
    return new OutputLog(log, limits.limitBytes, limits.keepBytes, stop);
  }

  get tail(): string {
    return this.tailBytes.toString();
  }

  take(source: Readable): void {
    this.sources.push(source);
    source.on('error', (error) => this.fail(error));
    source.on('data', (chunk: Buffer) => this.write(chunk));
  }

  /** Whether all sources ended within the time. If not, somebody outside still holds one open; it is closed on our side. */
  async ended(ms: number): Promise<boolean> {
    const open = this.sources.filter((source) => !source.closed);
    const ended = await within(Promise.all(open.map((source) => once(source, 'close'))), ms);
    this.sources.forEach((source) => source.destroy());
    return ended;
  }

  /** Rejects with the error that kept the log from being complete. */
  async close(): Promise<void> {
    if (!this.log.closed) {
      const closed = once(this.log, 'close');
      this.log.end();
      await closed;
    }
    if (this.error) throw this.error;
  }

  /** What is beyond the limit is read and dropped, so that a command that tidies up on SIGTERM does not block on its output. */
  private write(chunk: Buffer): void {
    const part = chunk.subarray(0, this.limitBytes - this.bytes);
    if (part.length < chunk.length) {
      this.full = true;
      this.stop.pull('outputLimit');
    }
    if (part.length === 0 || this.error) return;
    this.bytes += part.length;
    this.tailBytes.push(part);
    if (!this.log.write(part)) this.sources.forEach((source) => source.pause());
  }

  private fail(error: Error): void {
    this.error ??= error;
    this.stop.pull(error);
  }
}

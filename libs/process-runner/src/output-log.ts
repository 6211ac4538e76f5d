import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { OutputFilter } from './run-spec.js';
import type { StopSwitch } from './stop-switch.js';
import { Tail } from './tail.js';
import { within } from './within.js';

export interface OutputOptions {
  readonly limitBytes: number;
  readonly keepBytes: number;
  /** What comes from one source, and then what comes from all of them in their order, passes through one of these. */
  readonly filter: () => OutputFilter;
}

const nothing = Buffer.alloc(0);
/** Changes nothing. */
export const PASS = (): OutputFilter => ({ push: (chunk) => chunk, end: () => nothing });

/** Writes a command's output to a file as fast as the disk takes it, up to a limit. Holds only the last bytes in memory. */
export class OutputLog {
  bytes = 0;
  full = false;
  private readonly tailBytes: Tail;
  private readonly sources: Readable[] = [];
  private readonly filters: OutputFilter[] = [];
  private readonly joint: OutputFilter;
  private error: Error | undefined;

  private constructor(
    private readonly log: WriteStream,
    private readonly options: OutputOptions,
    private readonly stop: StopSwitch,
  ) {
    this.tailBytes = new Tail(options.keepBytes);
    this.joint = options.filter();
    log.on('drain', () => this.sources.forEach((source) => source.resume()));
    log.on('error', (error) => this.fail(error));
  }

  /** Pulls `stop` when the limit is passed, and when the file cannot be written. Rejects if it cannot be opened. */
  static async open(file: string, options: OutputOptions, stop: StopSwitch): Promise<OutputLog> {
    const log = createWriteStream(file, { flags: 'a' });
    await once(log, 'open');
    return new OutputLog(log, options, stop);
  }

  get tail(): string {
    return this.tailBytes.toString();
  }

  take(source: Readable): void {
    this.sources.push(source);
    source.on('error', (error) => this.fail(error));
    const filter = this.options.filter();
    this.filters.push(filter);
    source.on('data', (chunk: Buffer) => this.join(filter, chunk));
  }

  /**
   * Whether all sources ended within the time. If not, somebody outside still holds one open; it is closed on our side.
   * What filters held back is written then.
   */
  async ended(ms: number): Promise<boolean> {
    const open = this.sources.filter((source) => !source.closed);
    const ended = await within(Promise.all(open.map((source) => once(source, 'close'))), ms);
    this.sources.forEach((source) => source.destroy());
    for (const filter of this.filters) this.write(this.joint.push(filter.end()));
    this.write(this.joint.end());
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

  /** A stream is filtered by itself, since others may come in between; and all together, since two may make one whole. */
  private join(filter: OutputFilter, chunk: Buffer): void {
    if (!this.full && !this.error) this.write(this.joint.push(filter.push(chunk)));
  }

  /** What is beyond the limit is read and dropped, so that a command that tidies up on SIGTERM does not block on its output. */
  private write(chunk: Buffer): void {
    const part = chunk.subarray(0, this.options.limitBytes - this.bytes);
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

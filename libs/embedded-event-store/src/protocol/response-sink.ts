import type { ServerDuplexStream, ServerWritableStream } from '@grpc/grpc-js';

type Call = ServerWritableStream<unknown, Buffer> | ServerDuplexStream<unknown, Buffer>;

/** The sending side of a streaming call with its back-pressure: at most one writer at a time. */
export class ResponseSink {
  closed = false;
  private wake: (() => void) | undefined;
  private readonly onClosed: (() => void)[] = [];
  private interrupt: (() => void) | undefined;

  constructor(private readonly call: Call) {
    call.on('drain', () => this.release());
    call.on('cancelled', () => this.close());
    call.on('close', () => this.close());
    call.on('error', () => this.close());
  }

  /** False if the receiver is slow: the message was taken, but wait for `drained` before the next. */
  write(message: Buffer): boolean {
    return this.closed || this.call.write(message);
  }

  /** Resolves when the receiver has taken what was written, or is gone. */
  drained(): Promise<void> {
    if (this.closed || !this.call.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => (this.wake = resolve));
  }

  /** Writes and waits as needed. */
  async send(message: Buffer): Promise<void> {
    if (!this.write(message)) await this.drained();
  }

  end(): void {
    if (!this.closed) this.call.end();
  }

  fail(error: Error): void {
    if (!this.closed) this.call.emit('error', error);
  }

  /** Runs once when the call is over, from either side. */
  whenClosed(action: () => void): void {
    if (this.closed) action();
    else this.onClosed.push(action);
  }

  /** Sets what interrupts a wait when the call ends; it replaces the one set before, so waiting often leaks nothing. */
  onceClosed(action: () => void): void {
    if (this.closed) action();
    else this.interrupt = action;
  }

  private close(): void {
    if (this.closed) return;
    this.closed = true;
    this.interrupt?.();
    this.release();
    for (const action of this.onClosed.splice(0)) action();
  }

  private release(): void {
    const wake = this.wake;
    this.wake = undefined;
    wake?.();
  }
}

import { constants, type IncomingHttpHeaders, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';

import { CallError, Status } from './call-error.js';
import { deadlineOf, SUCCESS, trailersOf } from './call-headers.js';
import { MessageSplitter } from './message-splitter.js';
import { Outbox, type OutgoingMessage } from './outbox.js';

/** Bytes of one message from a client. A client may send an event that is too large for an append in one message. */
const MOST_MESSAGE_BYTES = 32 * 1024 * 1024;
/** Unsent bytes beyond which a writer has to wait, and at which it may go on. */
const HIGH_WATER = 256 * 1024;
const LOW_WATER = 128 * 1024;
/** The longest time that a timer can wait. */
const LONGEST_TIMER = 2 ** 31 - 1;

const RESPONSE: OutgoingHttpHeaders = { ':status': 200, 'content-type': 'application/grpc', 'grpc-accept-encoding': 'identity' };

/** One gRPC call over one HTTP/2 stream: messages in, messages out with back-pressure, and a status at the end. */
export class Call {
  /** The call is over: whatever is written is dropped. */
  closed = false;
  /** Milliseconds since the epoch, Infinity without. The call fails by itself when it passes. */
  readonly deadline: number;
  private readonly splitter = new MessageSplitter(MOST_MESSAGE_BYTES);
  private readonly outbox = new Outbox((chunk) => this.transmit(chunk));
  private unsent = 0;
  private flushing = false;
  private trailers: OutgoingHttpHeaders | undefined;
  private readonly waiting: (() => void)[] = [];
  private readonly onClosed: (() => void)[] = [];
  private interrupt: (() => void) | undefined;

  constructor(
    private readonly stream: ServerHttp2Stream,
    readonly headers: IncomingHttpHeaders,
  ) {
    this.deadline = deadlineOf(headers);
    stream.on('aborted', () => this.close());
    stream.on('close', () => this.close());
    // What went wrong on the wire ends the call; there is nobody left to be told.
    stream.on('error', () => this.close());
    stream.on('wantTrailers', () => {
      stream.sendTrailers(this.trailers ?? SUCCESS);
      this.forgetRequest();
    });
    this.endAtDeadline();
  }

  /** Address and port of the client. */
  get peer(): string {
    const socket = this.stream.session?.socket;
    return `${socket?.remoteAddress ?? ''}:${socket?.remotePort ?? ''}`;
  }

  /** The address of ours that the client came to. */
  get localAddress(): string | undefined {
    return this.stream.session?.socket.localAddress?.replace(/^::ffff:(?=\d+\.)/, '');
  }

  /** Sets who takes the messages and their end, and starts the flow. What `take` throws fails the call. */
  receive(take: (message: Buffer) => void, end: () => void): void {
    this.stream.on('data', (chunk: Buffer) => {
      if (this.closed || this.trailers !== undefined) return;
      this.attempt(() => this.splitter.push(chunk, take));
    });
    this.stream.on('end', () => {
      if (this.closed || this.trailers !== undefined) return;
      if (this.splitter.partial) this.fail(new CallError(Status.INVALID_ARGUMENT, 'the last message is cut off'));
      else this.attempt(end);
    });
  }

  /** The message of a call that sends one. */
  onlyMessage(): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      let message: Buffer | undefined;
      this.receive(
        (bytes) => {
          if (message !== undefined) reject(new CallError(Status.INVALID_ARGUMENT, 'this call takes one message'));
          message = bytes;
        },
        () => (message === undefined ? reject(new CallError(Status.INVALID_ARGUMENT, 'this call needs a message')) : resolve(message)),
      );
    });
  }

  /** No more messages are taken until `resume`: the client has to wait. */
  pause(): void {
    this.stream.pause();
  }

  resume(): void {
    this.stream.resume();
  }

  /** False if the receiver is slow: the message was taken, but wait for `drained` before the next. */
  write(message: OutgoingMessage | Uint8Array): boolean {
    if (this.closed || this.trailers !== undefined) return true;
    this.outbox.add(message);
    if (!this.flushing) {
      this.flushing = true;
      // All that is written in one go leaves as one piece.
      queueMicrotask(() => this.flush());
    }
    return this.unsent + this.outbox.size < HIGH_WATER;
  }

  /** Resolves when the receiver has taken what was written, or is gone. */
  drained(): Promise<void> {
    if (this.closed || this.unsent + this.outbox.size <= LOW_WATER) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Writes and waits as needed. */
  async send(message: OutgoingMessage | Uint8Array): Promise<void> {
    if (!this.write(message)) await this.drained();
  }

  /** Ends the call with success, after what was written. */
  end(): void {
    this.finish(SUCCESS);
  }

  /** Ends the call with an error, after what was written. */
  fail(error: CallError): void {
    this.finish(trailersOf(error));
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

  private attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.fail(error instanceof CallError ? error : new CallError(Status.UNKNOWN, (error as Error).message));
    }
  }

  private flush(): void {
    this.flushing = false;
    this.outbox.flush();
  }

  private transmit(chunk: Buffer): void {
    if (this.closed || this.stream.destroyed) return;
    if (!this.stream.headersSent) this.stream.respond(RESPONSE, { waitForTrailers: true });
    this.unsent += chunk.length;
    this.stream.write(chunk, () => {
      this.unsent -= chunk.length;
      if (this.unsent <= LOW_WATER) this.release();
    });
  }

  private finish(trailers: OutgoingHttpHeaders): void {
    if (this.closed || this.trailers !== undefined) return;
    this.flush();
    this.trailers = trailers;
    if (this.stream.destroyed) return;
    if (this.stream.headersSent) {
      this.stream.end();
    } else {
      this.stream.respond({ ...RESPONSE, ...trailers }, { endStream: true });
      this.forgetRequest();
    }
  }

  /** What the client still sends is of no interest, but its stream must not stay open for that. */
  private forgetRequest(): void {
    this.stream.resume();
    // Not at once: what was written last must be on its way before the stream is reset.
    setImmediate(() => {
      if (!this.stream.readableEnded && !this.stream.destroyed) this.stream.close(constants.NGHTTP2_NO_ERROR);
    });
  }

  private endAtDeadline(): void {
    if (this.deadline === Infinity) return;
    const wait = Math.max(0, this.deadline - Date.now());
    if (wait > LONGEST_TIMER) return;
    const timer = setTimeout(() => this.fail(new CallError(Status.DEADLINE_EXCEEDED, 'the deadline passed')), wait);
    this.whenClosed(() => clearTimeout(timer));
  }

  private close(): void {
    if (this.closed) return;
    this.closed = true;
    this.outbox.clear();
    this.interrupt?.();
    this.release();
    for (const action of this.onClosed.splice(0)) action();
  }

  private release(): void {
    for (const wake of this.waiting.splice(0)) wake();
  }
}

import { status, type ServerDuplexStream } from '@grpc/grpc-js';

import {
  batchFailure,
  batchSuccess,
  InvalidRequest,
  readBatchChunk,
  readProposedEvent,
  weightOf,
  wrongVersionDetail,
  type AppendOptions,
  type BatchChunk,
} from '../protocol/append-codec.js';
import { problemOfRules } from '../security/access-rules.js';
import { invalidArgument } from '../protocol/errors.js';
import type { Caller } from '../security/gate.js';
import { MAX_APPEND_SIZE } from '../protocol/limits.js';
import type { ProposedEvent } from '../protocol/recorded-event.js';
import { ResponseSink } from '../protocol/response-sink.js';
import { problemOfName } from '../storage/stream-name.js';
import type { Store } from '../storage/store.js';
import type { WriteOutcome } from '../storage/stream-writer.js';
import { field, varintField } from '../protocol/wire.js';

/** An append whose last chunk has not come yet. */
interface PartialAppend {
  readonly correlationField: Buffer;
  readonly options: AppendOptions;
  readonly events: ProposedEvent[];
  weight: number;
}

const NO_DETAIL = Buffer.alloc(0);
/** How often appends that wait for their last chunk are checked against their deadline. */
const SWEEP_MS = 250;
/** Unsent replies beyond this stop the reading of requests: a client that does not listen cannot make us grow. */
const MOST_UNSENT = 4096;

/**
 * One client's stream of appends. Every correlation id is answered once and only if it is known: the client has no
 * place for other answers. What follows an early refusal of an id is dropped.
 */
export class BatchAppendStream {
  private readonly partial = new Map<string, PartialAppend>();
  private readonly sink: ResponseSink;
  /** Appends that wait for their commit. */
  private pending = 0;
  private ended = false;
  private sweeper: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: Store,
    private readonly caller: Caller,
    private readonly call: ServerDuplexStream<Buffer, Buffer>,
  ) {
    this.sink = new ResponseSink(call);
    this.sink.whenClosed(() => this.stopSweeping());
    call.on('data', (bytes: Buffer) => this.receive(bytes));
    call.on('end', () => {
      this.ended = true;
      this.endIfDone();
    });
  }

  fail(error: Error): void {
    this.sink.fail(error);
  }

  whenClosed(action: () => void): void {
    this.sink.whenClosed(action);
  }

  private receive(bytes: Buffer): void {
    let chunk: BatchChunk;
    try {
      chunk = readBatchChunk(bytes);
    } catch (error) {
      // There is no correlation id to answer to, so all that can fail is the stream.
      this.fail(invalidArgument((error as Error).message));
      return;
    }
    const append = this.find(chunk);
    if (append === undefined) return;
    const refusal = this.take(append, chunk);
    if (refusal !== undefined) {
      this.partial.delete(chunk.correlation);
      this.reply(refusal);
    } else if (chunk.final) {
      this.partial.delete(chunk.correlation);
      this.submit(append);
    } else {
      this.partial.set(chunk.correlation, append);
      this.sweeper ??= setInterval(() => this.sweep(), SWEEP_MS).unref();
    }
  }

  private find(chunk: BatchChunk): PartialAppend | undefined {
    const known = this.partial.get(chunk.correlation);
    if (known !== undefined || chunk.options === undefined) return known;
    return { correlationField: chunk.correlationField, options: chunk.options, events: [], weight: 0 };
  }

  /** Adds a chunk's events. Returns the reply if they make the append impossible. */
  private take(append: PartialAppend, chunk: BatchChunk): Buffer | undefined {
    const problem = problemOfName(append.options.stream);
    if (problem !== undefined) return badRequest(append, problem);
    try {
      for (const encoded of chunk.events) {
        const event = readProposedEvent(encoded);
        append.weight += weightOf(event);
        if (append.weight > MAX_APPEND_SIZE) return tooLarge(append);
        append.events.push(event);
      }
      return undefined;
    } catch (error) {
      if (error instanceof InvalidRequest || error instanceof RangeError) return badRequest(append, error.message);
      throw error;
    }
  }

  private submit(append: PartialAppend): void {
    const { stream, expected, deadline } = append.options;
    const problem = problemOfRules(stream, append.events);
    if (problem !== undefined) {
      this.reply(badRequest(append, problem));
      return;
    }
    this.pending++;
    this.store.commits.submit(
      () => {
        if (Date.now() > deadline) return 'late';
        return this.caller.may('write', stream) ? this.store.writer.append(stream, expected, append.events) : 'denied';
      },
      (outcome) => this.settle(outcome === 'late' ? tooLate(append) : outcome === 'denied' ? denied(append) : replyTo(append, outcome)),
      (error) => this.settle(badRequest(append, error.message, status.UNAVAILABLE)),
    );
  }

  private settle(message: Buffer): void {
    this.pending--;
    this.reply(message);
    this.endIfDone();
  }

  /** A client that has said all it had to say still gets every answer. */
  private endIfDone(): void {
    if (this.ended && this.pending === 0) this.sink.end();
  }

  private reply(message: Buffer): void {
    this.sink.write(message);
    if (this.call.writableLength > MOST_UNSENT && !this.call.isPaused()) {
      this.call.pause();
      void this.sink.drained().then(() => this.call.resume());
    }
  }

  private sweep(): void {
    const now = Date.now();
    for (const [correlation, append] of this.partial) {
      if (now <= append.options.deadline) continue;
      this.partial.delete(correlation);
      this.reply(tooLate(append));
    }
    if (this.partial.size === 0) this.stopSweeping();
  }

  private stopSweeping(): void {
    clearInterval(this.sweeper);
    this.sweeper = undefined;
  }
}

function replyTo(append: PartialAppend, outcome: WriteOutcome): Buffer {
  const { expected, identifier, stream } = append.options;
  switch (outcome.kind) {
    case 'written':
      return batchSuccess(append, outcome.revision, outcome.position);
    case 'wrong-version': {
      const detail = wrongVersionDetail(expected, outcome.current);
      return batchFailure(append, status.FAILED_PRECONDITION, `wrong expected version of ${stream}`, 'WrongExpectedVersion', detail);
    }
    case 'deleted':
      return batchFailure(append, status.FAILED_PRECONDITION, `stream ${stream} is deleted`, 'StreamDeleted', field(0x0a, identifier));
  }
}

function tooLate(append: PartialAppend): Buffer {
  return batchFailure(append, status.DEADLINE_EXCEEDED, 'the deadline passed before the append could be made', 'Timeout', NO_DETAIL);
}

function denied(append: PartialAppend): Buffer {
  return batchFailure(append, status.PERMISSION_DENIED, `access denied: write to ${append.options.stream}`, 'AccessDenied', NO_DETAIL);
}

function tooLarge(append: PartialAppend): Buffer {
  const detail = varintField(0x08, MAX_APPEND_SIZE);
  return batchFailure(append, status.INVALID_ARGUMENT, `an append may hold ${MAX_APPEND_SIZE} bytes`, 'MaximumAppendSizeExceeded', detail);
}

/** The client shows a status's text only for detail types that it does not know, as this one. */
function badRequest(append: PartialAppend, message: string, code: status = status.INVALID_ARGUMENT): Buffer {
  return batchFailure(append, code, message, 'BadRequest', field(0x0a, Buffer.from(message)));
}

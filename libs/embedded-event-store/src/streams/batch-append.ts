import {
  batchFailure,
  batchSuccess,
  InvalidRequest,
  NOTHING_SAID,
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
import { problemOfName } from '../storage/stream-name.js';
import type { Store } from '../storage/store.js';
import type { WriteOutcome } from '../storage/stream-writer.js';
import { field, varintField } from '../protocol/wire.js';
import type { Call } from '../transport/call.js';
import { Status } from '../transport/call-error.js';

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

/** Serves a client's stream of appends. */
export function serveBatchAppend(store: Store, call: Call, caller: Caller): void {
  new BatchAppendStream(store, call, caller).receive();
}

/**
 * One client's stream of appends. Every correlation id is answered once and only if it is known: the client has no
 * place for other answers. What follows an early refusal of an id is dropped.
 */
class BatchAppendStream {
  private readonly partial = new Map<string, PartialAppend>();
  /** Appends that wait for their commit. */
  private pending = 0;
  private ended = false;
  private paused = false;
  private sweeper: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: Store,
    private readonly call: Call,
    private readonly caller: Caller,
  ) {
    call.whenClosed(() => this.stopSweeping());
  }

  receive(): void {
    this.call.receive(
      (bytes) => this.take(bytes),
      () => {
        this.ended = true;
        this.endIfDone();
      },
    );
  }

  private take(bytes: Buffer): void {
    const chunk = readChunk(bytes);
    const append = this.find(chunk);
    if (append === undefined) return;
    const refusal = this.add(append, chunk);
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
  private add(append: PartialAppend, chunk: BatchChunk): Buffer | undefined {
    const problem = problemOfName(append.options.stream);
    if (problem !== undefined) return this.caller.may('write', append.options.stream) ? badRequest(append, problem) : this.denied(append);
    if (append.options.expected === NOTHING_SAID) return badRequest(append, 'an append needs to expect something');
    try {
      for (const encoded of chunk.events) {
        const event = readProposedEvent(encoded);
        append.weight += weightOf(event);
        // Large appends take time to arrive, so that the deadline may have passed by now.
        if (append.weight > MAX_APPEND_SIZE) return Date.now() >= append.options.deadline ? tooLate(append) : tooLarge(append);
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
      this.reply(this.caller.may('write', stream) ? badRequest(append, problem) : this.denied(append));
      return;
    }
    this.pending++;
    this.store.commits.submit(
      () => {
        if (Date.now() >= deadline) return 'late';
        return this.caller.may('write', stream) ? this.store.writer.append(stream, expected, append.events) : 'denied';
      },
      (outcome) => this.settle(outcome === 'late' ? tooLate(append) : outcome === 'denied' ? this.denied(append) : replyTo(append, outcome)),
      (error) => this.settle(badRequest(append, error.message, Status.UNAVAILABLE)),
    );
  }

  private denied(append: PartialAppend): Buffer {
    const { message } = this.caller.denied('write', append.options.stream);
    return batchFailure(append, Status.PERMISSION_DENIED, message, 'AccessDenied', NO_DETAIL);
  }

  private settle(message: Buffer): void {
    this.pending--;
    this.reply(message);
    this.endIfDone();
  }

  /** A client that has said all it had to say still gets every answer. */
  private endIfDone(): void {
    if (this.ended && this.pending === 0) this.call.end();
  }

  /** A client that does not listen cannot make us grow: it is not read from either. */
  private reply(message: Buffer): void {
    if (this.call.write(message) || this.paused) return;
    this.paused = true;
    this.call.pause();
    void this.call.drained().then(() => {
      this.paused = false;
      this.call.resume();
    });
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

function readChunk(bytes: Buffer): BatchChunk {
  try {
    return readBatchChunk(bytes);
  } catch (error) {
    // There is no correlation id to answer to, so all that can fail is the stream.
    throw invalidArgument((error as Error).message);
  }
}

function replyTo(append: PartialAppend, outcome: WriteOutcome): Buffer {
  const { expected, identifier, stream } = append.options;
  switch (outcome.kind) {
    case 'written':
      return batchSuccess(append, outcome.revision, outcome.position);
    case 'wrong-version': {
      const detail = wrongVersionDetail(expected, outcome.current);
      return batchFailure(append, Status.ALREADY_EXISTS, `wrong expected version of ${stream}`, 'WrongExpectedVersion', detail);
    }
    case 'deleted':
      return batchFailure(append, Status.NOT_FOUND, `stream ${stream} is deleted`, 'StreamDeleted', field(0x0a, identifier));
  }
}

function tooLate(append: PartialAppend): Buffer {
  return batchFailure(append, Status.DEADLINE_EXCEEDED, 'the deadline passed before the append could be made', 'Timeout', NO_DETAIL);
}

function tooLarge(append: PartialAppend): Buffer {
  const detail = varintField(0x08, MAX_APPEND_SIZE);
  return batchFailure(append, Status.INVALID_ARGUMENT, `an append may hold ${MAX_APPEND_SIZE} bytes`, 'MaximumAppendSizeExceeded', detail);
}

/** The client shows a status's text only for detail types that it does not know, as this one. */
function badRequest(append: PartialAppend, message: string, code: number = Status.INVALID_ARGUMENT): Buffer {
  return batchFailure(append, code, message, 'BadRequest', field(0x0a, Buffer.from(message)));
}

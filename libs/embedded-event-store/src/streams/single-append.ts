import type { sendUnaryData, ServerReadableStream } from '@grpc/grpc-js';

import {
  appendSuccess,
  appendWrongVersion,
  InvalidRequest,
  readAppendMessage,
  readProposedEvent,
  weightOf,
  type AppendOptions,
} from '../protocol/append-codec.js';
import { problemOfRules } from '../security/access-rules.js';
import { accessDenied, appendTooLarge, deadlineExceeded, invalidArgument, missingMetadata, streamDeleted, unavailable } from '../protocol/errors.js';
import type { Caller } from '../security/gate.js';
import { MAX_APPEND_SIZE } from '../protocol/limits.js';
import type { ProposedEvent } from '../protocol/recorded-event.js';
import { problemOfName } from '../storage/stream-name.js';
import type { Store } from '../storage/store.js';
import { WireReader } from '../protocol/wire.js';

/** One append with a call of its own: the options in the first message, then one event in each. */
export function handleAppend(
  store: Store,
  caller: Caller,
  call: ServerReadableStream<Buffer, Buffer>,
  callback: sendUnaryData<Buffer>,
): void {
  const events: ProposedEvent[] = [];
  let options: AppendOptions | undefined;
  let weight = 0;
  let answered = false;
  const answer: sendUnaryData<Buffer> = (error, value) => {
    if (answered) return;
    answered = true;
    callback(error, value);
  };
  call.on('data', (bytes: Buffer) => {
    if (answered) return;
    try {
      const message = readAppendMessage(bytes);
      if (!(message instanceof WireReader)) {
        options ??= message;
        return;
      }
      const event = readProposedEvent(message);
      weight += weightOf(event);
      if (weight > MAX_APPEND_SIZE) answer(appendTooLarge(MAX_APPEND_SIZE));
      else events.push(event);
    } catch (error) {
      answer(requestError(error));
    }
  });
  call.on('end', () => {
    if (answered) return;
    const problem = problemOfName(options?.stream ?? '') ?? problemOfRules(options?.stream ?? '', events);
    if (options === undefined || problem !== undefined) answer(invalidArgument(problem ?? 'an append needs options'));
    else submit(store, caller, { options, events, deadline: deadlineOf(call) }, answer);
  });
}

function requestError(error: unknown): Error {
  if (error instanceof InvalidRequest && error.missing.length > 0) return missingMetadata(error.message, error.missing);
  return invalidArgument((error as Error).message);
}

function deadlineOf(call: ServerReadableStream<Buffer, Buffer>): number {
  const deadline = call.getDeadline();
  return typeof deadline === 'number' ? deadline : deadline.getTime();
}

interface CompleteAppend {
  readonly options: AppendOptions;
  readonly events: readonly ProposedEvent[];
  readonly deadline: number;
}

function submit(store: Store, caller: Caller, { options, events, deadline }: CompleteAppend, answer: sendUnaryData<Buffer>): void {
  const { stream, expected } = options;
  store.commits.submit(
    () => {
      if (Date.now() > deadline) return 'late';
      return caller.may('write', stream) ? store.writer.append(stream, expected, events) : 'denied';
    },
    (outcome) => {
      if (outcome === 'late') answer(deadlineExceeded());
      else if (outcome === 'denied') answer(accessDenied(`write to ${stream}`));
      else if (outcome.kind === 'deleted') answer(streamDeleted(stream));
      else if (outcome.kind === 'wrong-version') answer(null, appendWrongVersion(expected, outcome.current));
      else answer(null, appendSuccess(outcome.revision, outcome.position));
    },
    (error) => answer(unavailable(error.message)),
  );
}

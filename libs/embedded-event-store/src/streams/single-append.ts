import {
  appendSuccess,
  appendWrongVersion,
  InvalidRequest,
  NOTHING_SAID,
  readAppendMessage,
  readProposedEvent,
  weightOf,
  type AppendOptions,
} from '../protocol/append-codec.js';
import { problemOfRules } from '../security/access-rules.js';
import { appendTooLarge, deadlineExceeded, invalidArgument, missingMetadata, streamDeleted, unavailable, unknownError } from '../protocol/errors.js';
import type { Caller } from '../security/gate.js';
import { MAX_APPEND_SIZE } from '../protocol/limits.js';
import type { ProposedEvent } from '../protocol/recorded-event.js';
import { problemOfName } from '../storage/stream-name.js';
import type { Store } from '../storage/store.js';
import { WireReader } from '../protocol/wire.js';
import type { Call } from '../transport/call.js';
import type { CallError } from '../transport/call-error.js';

/** One append with a call of its own: the options in the first message, then one event in each. */
export function serveAppend(store: Store, call: Call, caller: Caller): void {
  const events: ProposedEvent[] = [];
  let options: AppendOptions | undefined;
  let weight = 0;
  call.receive(
    (bytes) => {
      const message = readMessage(bytes);
      if (!(message instanceof WireReader)) {
        options ??= message;
        return;
      }
      const event = readEvent(message);
      weight += weightOf(event);
      if (weight > MAX_APPEND_SIZE) throw appendTooLarge(MAX_APPEND_SIZE);
      events.push(event);
    },
    () => {
      if (options === undefined) throw unknownError('an append needs options');
      if (options.expected === NOTHING_SAID) throw invalidArgument('an append needs to expect something');
      const { stream } = options;
      const problem = problemOf(stream, events);
      if (problem !== undefined) throw caller.may('write', stream) ? problem : caller.denied('write', stream);
      submit(store, call, caller, options, events);
    },
  );
}

/** Why an append cannot be made, whatever its stream holds. */
function problemOf(stream: string, events: readonly ProposedEvent[]): CallError | undefined {
  const ofName = problemOfName(stream);
  if (ofName !== undefined) return unknownError(ofName);
  const ofRules = problemOfRules(stream, events);
  return ofRules === undefined ? undefined : invalidArgument(ofRules);
}

function readMessage(bytes: Buffer): AppendOptions | WireReader | undefined {
  try {
    return readAppendMessage(bytes);
  } catch (error) {
    throw invalidArgument((error as Error).message);
  }
}

function readEvent(message: WireReader): ProposedEvent {
  try {
    return readProposedEvent(message);
  } catch (error) {
    if (!(error instanceof InvalidRequest)) throw invalidArgument((error as Error).message);
    throw error.needed.length > 0 ? missingMetadata(error.message, error.needed) : unknownError(error.message);
  }
}

function submit(store: Store, call: Call, caller: Caller, { stream, expected }: AppendOptions, events: readonly ProposedEvent[]): void {
  const answer = (message: Buffer): void => {
    call.write(message);
    call.end();
  };
  store.commits.submit(
    () => {
      if (Date.now() >= call.deadline) return 'late';
      return caller.may('write', stream) ? store.writer.append(stream, expected, events) : 'denied';
    },
    (outcome) => {
      if (outcome === 'late') call.fail(deadlineExceeded());
      else if (outcome === 'denied') call.fail(caller.denied('write', stream));
      else if (outcome.kind === 'deleted') call.fail(streamDeleted(stream));
      else if (outcome.kind === 'wrong-version') answer(appendWrongVersion(expected, outcome.current));
      else answer(appendSuccess(outcome.revision, outcome.position));
    },
    (error) => call.fail(unavailable(error.message)),
  );
}

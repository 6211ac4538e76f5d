import { ReadReq } from '@eventstore/db-client/generated/persistent_pb';

import { groupDropped, groupFull, invalidArgument, unknownError } from '../protocol/errors.js';
import { readAnswer, readOptions, type Answer } from '../protocol/persistent-codec.js';
import { confirmation } from '../protocol/read-codec.js';
import { streamName } from '../protocol/read-request.js';
import { demand, type Caller } from '../security/gate.js';
import type { Call } from '../transport/call.js';
import { Consumer } from './persistent-consumer.js';
import type { PersistentGroup } from './persistent-group.js';
import type { PersistentGroups } from './persistent-groups.js';
import { ALL } from './persistent-settings.js';

let consumers = 0;

/** One consumer's connection: options, then answers; events the other way. */
export function servePersistentRead(groups: PersistentGroups, call: Call, caller: Caller): void {
  let connected: { group: PersistentGroup; consumer: Consumer } | undefined;
  call.receive(
    (bytes) => {
      if (connected === undefined) connected = connect(groups, call, caller, bytes);
      else take(connected.group, connected.consumer, bytes);
    },
    () => call.end(),
  );
}

function connect(groups: PersistentGroups, call: Call, caller: Caller, bytes: Buffer): { group: PersistentGroup; consumer: Consumer } {
  const options = readOptions(bytes);
  if (options === undefined) throw unknownError('the first message must hold the options');
  const stream = options.hasAll() ? ALL : streamName(options.getStreamIdentifier());
  const bufferSize = options.getBufferSize();
  demand(caller, 'read', stream);
  if (bufferSize < 1) throw unknownError(`a consumer cannot work with room for ${bufferSize} events`);
  const group = groups.find(stream, options.getGroupName());
  if (group.full) throw groupFull(stream, group.name);
  const wishes = { bufferSize, textIds: options.getUuidOption()?.hasString() ?? false };
  const consumer = new Consumer(++consumers, call, caller, wishes, group.settings.extraStatistics);
  group.connect(consumer);
  call.write(confirmation(`${stream}::${group.name}`));
  return { group, consumer };
}

function take(group: PersistentGroup, consumer: Consumer, bytes: Buffer): void {
  const answer = answerIn(bytes);
  if (answer === undefined) return;
  // Connections last long: the right may have been taken away since the last answer.
  demand(consumer.caller, 'read', group.stream);
  group.answer(answer);
  const stop = answer.kind === 'nack' && answer.action === ReadReq.Nack.Action.STOP;
  if (stop) throw groupDropped(group.stream, group.name, 'the consumer asked to stop');
}

function answerIn(bytes: Buffer): Answer | undefined {
  try {
    return readAnswer(bytes);
  } catch (error) {
    throw invalidArgument((error as Error).message);
  }
}

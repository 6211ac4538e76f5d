import { ReadReq } from '@eventstore/db-client/generated/persistent_pb';
import type { ServerDuplexStream } from '@grpc/grpc-js';

import { groupDropped, groupFull, invalidArgument } from '../protocol/errors.js';
import { demand, type Caller } from '../security/gate.js';
import { readAnswer, readOptions } from '../protocol/persistent-codec.js';
import { Consumer } from './persistent-consumer.js';
import type { PersistentGroup } from './persistent-group.js';
import type { PersistentGroups } from './persistent-groups.js';
import { ALL } from './persistent-settings.js';
import { confirmation } from '../protocol/read-codec.js';
import { streamName } from '../protocol/read-request.js';
import { ResponseSink } from '../protocol/response-sink.js';

let consumers = 0;

/** One consumer's connection: options, then answers; events the other way. */
export function handlePersistentRead(groups: PersistentGroups, caller: Caller, call: ServerDuplexStream<Buffer, Buffer>): void {
  const sink = new ResponseSink(call);
  let connected: { group: PersistentGroup; consumer: Consumer } | undefined;
  call.on('data', (bytes: Buffer) => {
    if (sink.closed) return;
    try {
      if (connected === undefined) connected = connect(groups, caller, call, sink, bytes);
      else take(connected.group, connected.consumer, bytes);
    } catch (error) {
      sink.fail(error instanceof RangeError ? invalidArgument(error.message) : (error as Error));
    }
  });
  call.on('end', () => sink.end());
}

function connect(
  groups: PersistentGroups,
  caller: Caller,
  call: ServerDuplexStream<Buffer, Buffer>,
  sink: ResponseSink,
  bytes: Buffer,
): { group: PersistentGroup; consumer: Consumer } {
  const options = readOptions(bytes);
  if (options === undefined) throw invalidArgument('the first message must hold the options');
  const stream = options.hasAll() ? ALL : streamName(options.getStreamIdentifier());
  demand(caller, 'read', stream);
  const group = groups.find(stream, options.getGroupName());
  if (group.full) throw groupFull(stream, group.name);
  const connectionName = String(call.metadata.get('connection-name')[0] ?? '');
  const consumer = new Consumer(++consumers, sink, Math.max(1, options.getBufferSize()), call.getPeer(), connectionName, caller);
  group.connect(consumer);
  sink.write(confirmation(`${stream}::${group.name}`));
  return { group, consumer };
}

function take(group: PersistentGroup, consumer: Consumer, bytes: Buffer): void {
  const answer = readAnswer(bytes);
  if (answer === undefined) return;
  // Connections last long: the right may have been taken away since the last answer.
  demand(consumer.caller, 'read', group.stream);
  group.answer(consumer, answer);
  const stop = answer.kind === 'nack' && answer.action === ReadReq.Nack.Action.STOP;
  if (stop) consumer.sink.fail(groupDropped(group.stream, group.name, 'the consumer asked to stop'));
}

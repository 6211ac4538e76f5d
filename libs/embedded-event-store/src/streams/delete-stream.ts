import { DeleteResp, TombstoneResp, type DeleteReq, type TombstoneReq } from '@eventstore/db-client/generated/streams_pb';

import { ANY, expectedRevision, NO_STREAM, STREAM_EXISTS } from '../protocol/append-codec.js';
import { invalidArgument, streamDeleted, wrongExpectedVersion } from '../protocol/errors.js';
import { streamName } from '../protocol/read-request.js';
import type { Caller } from '../security/gate.js';
import type { Store } from '../storage/store.js';
import { problemOfName } from '../storage/stream-name.js';

/** Hides a stream's events until it is appended to again. */
export async function deleteStream(store: Store, caller: Caller, request: DeleteReq): Promise<DeleteResp> {
  const position = await end(store, caller, request.getOptions(), 'delete');
  return new DeleteResp().setPosition(new DeleteResp.Position().setCommitPosition(position).setPreparePosition(position));
}

/** Ends a stream for good. */
export async function tombstoneStream(store: Store, caller: Caller, request: TombstoneReq): Promise<TombstoneResp> {
  const position = await end(store, caller, request.getOptions(), 'tombstone');
  return new TombstoneResp().setPosition(new TombstoneResp.Position().setCommitPosition(position).setPreparePosition(position));
}

type Options = DeleteReq.Options | TombstoneReq.Options;

/** The position of what ended the stream. */
async function end(store: Store, caller: Caller, options: Options | undefined, how: 'delete' | 'tombstone'): Promise<string> {
  if (options === undefined) throw invalidArgument(`a ${how} needs options`);
  const stream = streamName(options.getStreamIdentifier());
  const problem = problemOfName(stream);
  if (problem !== undefined) throw invalidArgument(problem);
  const expected = expectedOf(options);
  const outcome = await store.commits.perform(() => (caller.may('delete', stream) ? store.writer[how](stream, expected) : 'denied'));
  if (outcome === 'denied') throw caller.denied(how, stream);
  if (outcome.kind === 'deleted') throw streamDeleted(stream);
  if (outcome.kind === 'wrong-version') throw wrongExpectedVersion(stream, expected, outcome.current);
  return String(outcome.position);
}

function expectedOf(options: Options): number {
  if (options.hasNoStream()) return NO_STREAM;
  if (options.hasStreamExists()) return STREAM_EXISTS;
  if (options.hasRevision()) return expectedRevision(Number(options.getRevision()));
  if (options.hasAny()) return ANY;
  throw invalidArgument('what the stream is expected to be has to be said');
}

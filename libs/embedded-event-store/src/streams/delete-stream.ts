import { DeleteResp, TombstoneResp, type DeleteReq, type TombstoneReq } from '@eventstore/db-client/generated/streams_pb';
import type { sendUnaryData } from '@grpc/grpc-js';

import { ANY, NO_STREAM, STREAM_EXISTS } from '../protocol/append-codec.js';
import { accessDenied, invalidArgument, streamDeleted, unavailable, wrongExpectedVersion } from '../protocol/errors.js';
import type { Caller } from '../security/gate.js';
import { streamName } from '../protocol/read-request.js';
import { problemOfName } from '../storage/stream-name.js';
import type { Store } from '../storage/store.js';
import type { WriteOutcome } from '../storage/stream-writer.js';

/** Hides a stream's events until it is appended to again. */
export function handleDelete(store: Store, caller: Caller, request: DeleteReq, callback: sendUnaryData<DeleteResp>): void {
  end(store, caller, request.getOptions(), callback, 'delete', (position) => {
    const place = new DeleteResp.Position().setCommitPosition(position).setPreparePosition(position);
    return new DeleteResp().setPosition(place);
  });
}

/** Ends a stream for good. */
export function handleTombstone(store: Store, caller: Caller, request: TombstoneReq, callback: sendUnaryData<TombstoneResp>): void {
  end(store, caller, request.getOptions(), callback, 'tombstone', (position) => {
    const place = new TombstoneResp.Position().setCommitPosition(position).setPreparePosition(position);
    return new TombstoneResp().setPosition(place);
  });
}

type Options = DeleteReq.Options | TombstoneReq.Options;

function end<T>(
  store: Store,
  caller: Caller,
  options: Options | undefined,
  callback: sendUnaryData<T>,
  how: 'delete' | 'tombstone',
  response: (position: string) => T,
): void {
  if (options === undefined) {
    callback(invalidArgument(`a ${how} needs options`));
    return;
  }
  const stream = streamName(options.getStreamIdentifier());
  const problem = problemOfName(stream);
  if (problem !== undefined) throw invalidArgument(problem);
  const expected = expectedOf(options);
  store.commits.submit(
    () => (caller.may('delete', stream) ? store.writer[how](stream, expected) : 'denied'),
    (outcome: WriteOutcome | 'denied') => {
      if (outcome === 'denied') callback(accessDenied(`${how} of ${stream}`));
      else if (outcome.kind === 'deleted') callback(streamDeleted(stream));
      else if (outcome.kind === 'wrong-version') callback(wrongExpectedVersion(stream, expected, outcome.current));
      else callback(null, response(String(outcome.position)));
    },
    (error) => callback(unavailable(error.message)),
  );
}

function expectedOf(options: Options): number {
  if (options.hasNoStream()) return NO_STREAM;
  if (options.hasStreamExists()) return STREAM_EXISTS;
  return options.hasRevision() ? Number(options.getRevision()) : ANY;
}

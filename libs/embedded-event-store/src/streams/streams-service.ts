import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb';
import type {
  DeleteReq, DeleteResp, ReadReq, TombstoneReq, TombstoneResp,
} from '@eventstore/db-client/generated/streams_pb';
import type {
  handleUnaryCall, Server, ServerDuplexStream, ServerReadableStream, ServerWritableStream, sendUnaryData,
} from '@grpc/grpc-js';

import { BatchAppendStream } from './batch-append.js';
import { serveSubscription } from './catch-up-subscription.js';
import { handleDelete, handleTombstone } from './delete-stream.js';
import { unavailable } from '../protocol/errors.js';
import { serveRead } from './page-read.js';
import { ALL } from '../persistent/persistent-settings.js';
import { parseReadRequest } from '../protocol/read-request.js';
import { ResponseSink } from '../protocol/response-sink.js';
import { handleAppend } from './single-append.js';
import { demand, type Caller, type Gate } from '../security/gate.js';
import type { Store } from '../storage/store.js';

const bytes = (message: Buffer): Buffer => message;

/** The hot messages stay bytes on their way through grpc-js; our codecs read and write them. */
const definition = {
  ...StreamsService,
  read: { ...StreamsService.read, responseSerialize: bytes, responseDeserialize: bytes },
  append: { ...StreamsService.append, requestSerialize: bytes, requestDeserialize: bytes, responseSerialize: bytes, responseDeserialize: bytes },
  batchAppend: { ...StreamsService.batchAppend, requestSerialize: bytes, requestDeserialize: bytes, responseSerialize: bytes, responseDeserialize: bytes },
};

/** Serves event_store.client.streams.Streams. The returned function fails all calls that are still open. */
export function addStreamsService(server: Server, store: Store, gate: Gate): () => void {
  const open = new Set<{ fail(error: Error): void }>();
  const track = (call: { fail(error: Error): void; whenClosed(action: () => void): void }): void => {
    open.add(call);
    call.whenClosed(() => open.delete(call));
  };
  const handlers = {
    read(call: ServerWritableStream<ReadReq, Buffer>) {
      const sink = new ResponseSink(call);
      track(sink);
      read(store, gate.callerOf(call), call.request, sink).catch((error: Error) => sink.fail(error));
    },
    batchAppend(call: ServerDuplexStream<Buffer, Buffer>) {
      track(new BatchAppendStream(store, gate.callerOf(call), call));
    },
    append(call: ServerReadableStream<Buffer, Buffer>, callback: sendUnaryData<Buffer>) {
      handleAppend(store, gate.callerOf(call), call, callback);
    },
    delete: unary<DeleteReq, DeleteResp>((request, callback, call) => handleDelete(store, gate.callerOf(call), request, callback)),
    tombstone: unary<TombstoneReq, TombstoneResp>((request, callback, call) => handleTombstone(store, gate.callerOf(call), request, callback)),
  };
  server.addService(definition, gate.guard(handlers));
  return () => {
    for (const call of [...open]) call.fail(unavailable('the event store is shutting down'));
  };
}

async function read(store: Store, caller: Caller, message: ReadReq, sink: ResponseSink): Promise<void> {
  const request = parseReadRequest(message);
  demand(caller, 'read', request.stream ?? ALL);
  const { count } = request;
  if (count === undefined) await serveSubscription(store, caller, request, sink);
  else await serveRead(store, caller, { ...request, count }, sink);
}

/** A unary handler whose thrown call errors become the call's status. */
export function unary<Request, Response>(
  handle: (request: Request, callback: sendUnaryData<Response>, call: object) => void,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    try {
      handle(call.request, callback, call);
    } catch (error) {
      callback(error as Error);
    }
  };
}

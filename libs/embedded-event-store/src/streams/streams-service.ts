import { DeleteReq, ReadReq, TombstoneReq } from '@eventstore/db-client/generated/streams_pb';

import { ALL } from '../persistent/persistent-settings.js';
import { parseReadRequest } from '../protocol/read-request.js';
import { demand, type Caller, type GuardedService } from '../security/gate.js';
import type { Store } from '../storage/store.js';
import type { Call } from '../transport/call.js';
import { requestOf, unary } from '../transport/unary.js';
import { serveBatchAppend } from './batch-append.js';
import { serveSubscription } from './catch-up-subscription.js';
import { deleteStream, tombstoneStream } from './delete-stream.js';
import { serveRead } from './page-read.js';
import { serveAppend } from './single-append.js';

/** event_store.client.streams.Streams */
export function streamsService(store: Store): GuardedService {
  return {
    '/event_store.client.streams.Streams/Read': (call, caller) => read(store, call, caller),
    '/event_store.client.streams.Streams/Append': (call, caller) => serveAppend(store, call, caller),
    '/event_store.client.streams.Streams/BatchAppend': (call, caller) => serveBatchAppend(store, call, caller),
    '/event_store.client.streams.Streams/Delete': unary(DeleteReq, (request, caller: Caller) => deleteStream(store, caller, request)),
    '/event_store.client.streams.Streams/Tombstone': unary(TombstoneReq, (request, caller: Caller) => tombstoneStream(store, caller, request)),
  };
}

async function read(store: Store, call: Call, caller: Caller): Promise<void> {
  const request = parseReadRequest(await requestOf(call, ReadReq));
  demand(caller, 'read', request.stream ?? ALL);
  const { count } = request;
  if (count === undefined) await serveSubscription(store, caller, request, call);
  else await serveRead(store, caller, { ...request, count }, call);
}

import { PersistentSubscriptionsService } from '@eventstore/db-client/generated/persistent_grpc_pb';
import {
  CreateResp, DeleteResp, GetInfoResp, ListResp, ReplayParkedResp, UpdateResp,
  type CreateReq, type DeleteReq, type GetInfoReq, type ListReq, type ReplayParkedReq, type UpdateReq,
} from '@eventstore/db-client/generated/persistent_pb';
import { Empty, type StreamIdentifier } from '@eventstore/db-client/generated/shared_pb';
import type { handleUnaryCall, Server, ServerDuplexStream } from '@grpc/grpc-js';

import { invalidArgument, unavailable } from './errors.js';
import { PersistentGroups } from './persistent-groups.js';
import { describeGroup } from './persistent-info.js';
import { handlePersistentRead } from './persistent-read.js';
import { ALL, parseGroupRequest } from './persistent-settings.js';
import { streamName } from './read-request.js';
import type { Store } from './store.js';

const bytes = (message: Buffer): Buffer => message;

const definition = {
  ...PersistentSubscriptionsService,
  read: { ...PersistentSubscriptionsService.read, requestSerialize: bytes, requestDeserialize: bytes, responseSerialize: bytes, responseDeserialize: bytes },
};

/** A unary handler from a function that may throw or reject with a call error. */
function answer<Request, Response>(handle: (request: Request) => Response | Promise<Response>): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const run = async (): Promise<Response> => handle(call.request);
    run().then(
      (response) => callback(null, response),
      (error: Error) => callback(error),
    );
  };
}

/** Where a request's group is: the messages that name one share these accessors. */
interface GroupAddress {
  hasAll(): boolean;
  getStreamIdentifier(): StreamIdentifier | undefined;
  getGroupName(): string;
}

function addressOf(options: GroupAddress | undefined): [stream: string, group: string] {
  if (options === undefined) throw invalidArgument('the request needs options');
  return [options.hasAll() ? ALL : streamName(options.getStreamIdentifier()), options.getGroupName()];
}

/** Serves event_store.client.persistent_subscriptions. The returned function ends all connections and saves checkpoints. */
export function addPersistentService(server: Server, store: Store): () => void {
  const groups = new PersistentGroups(store);
  server.addService(definition, {
    create: answer(async (request: CreateReq) => {
      await groups.create(parseGroupRequest(request));
      return new CreateResp();
    }),
    update: answer(async (request: UpdateReq) => {
      await groups.update(parseGroupRequest(request));
      return new UpdateResp();
    }),
    delete: answer(async (request: DeleteReq) => {
      await groups.delete(...addressOf(request.getOptions()));
      return new DeleteResp();
    }),
    read: (call: ServerDuplexStream<Buffer, Buffer>) => handlePersistentRead(groups, call),
    getInfo: answer((request: GetInfoReq) => {
      const group = groups.find(...addressOf(request.getOptions()));
      return new GetInfoResp().setSubscriptionInfo(describeGroup(store, group));
    }),
    list: answer((request: ListReq) => list(store, groups, request)),
    replayParked: answer((request: ReplayParkedReq) => {
      const options = request.getOptions();
      const group = groups.find(...addressOf(options));
      group.replayParked(options?.hasStopAt() ? Number(options.getStopAt()) : undefined);
      return new ReplayParkedResp();
    }),
    restartSubsystem: answer(async () => {
      await groups.restart();
      return new Empty();
    }),
  });
  return () => groups.close(unavailable('the event store is shutting down'));
}

function list(store: Store, groups: PersistentGroups, request: ListReq): ListResp {
  const wanted = request.getOptions()?.getListForStream();
  const stream = wanted === undefined ? undefined : wanted.hasAll() ? ALL : streamName(wanted.getStream());
  return new ListResp().setSubscriptionsList(groups.list(stream).map((group) => describeGroup(store, group)));
}

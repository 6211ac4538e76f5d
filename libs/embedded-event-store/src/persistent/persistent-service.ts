import { PersistentSubscriptionsService } from '@eventstore/db-client/generated/persistent_grpc_pb';
import {
  CreateResp, DeleteResp, GetInfoResp, ListResp, ReplayParkedResp, UpdateResp,
  type CreateReq, type DeleteReq, type GetInfoReq, type ListReq, type ReplayParkedReq, type UpdateReq,
} from '@eventstore/db-client/generated/persistent_pb';
import { Empty, type StreamIdentifier } from '@eventstore/db-client/generated/shared_pb';
import type { handleUnaryCall, Server, ServerDuplexStream } from '@grpc/grpc-js';

import { invalidArgument, unavailable } from '../protocol/errors.js';
import { demand, demandOperator, type Gate } from '../security/gate.js';
import { PersistentGroups } from './persistent-groups.js';
import { describeGroup } from './persistent-info.js';
import { handlePersistentRead } from './persistent-read.js';
import { ALL, parseGroupRequest } from './persistent-settings.js';
import { streamName } from '../protocol/read-request.js';
import type { Store } from '../storage/store.js';

const bytes = (message: Buffer): Buffer => message;

const definition = {
  ...PersistentSubscriptionsService,
  read: { ...PersistentSubscriptionsService.read, requestSerialize: bytes, requestDeserialize: bytes, responseSerialize: bytes, responseDeserialize: bytes },
};

/** A unary handler from a function that may throw or reject with a call error. */
function answer<Request, Response>(handle: (request: Request, call: object) => Response | Promise<Response>): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const run = async (): Promise<Response> => handle(call.request, call);
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
export function addPersistentService(server: Server, store: Store, gate: Gate): () => void {
  const groups = new PersistentGroups(store);
  const operatorOnly = (call: object): void => demandOperator(gate.callerOf(call));
  /** Whoever may read a stream may know how its groups are doing. */
  const observer = (call: object, stream: string): void => {
    const caller = gate.callerOf(call);
    if (!caller.operator) demand(caller, 'read', stream);
  };
  const handlers = {
    create: answer(async (request: CreateReq, call) => {
      operatorOnly(call);
      await groups.create(parseGroupRequest(request));
      return new CreateResp();
    }),
    update: answer(async (request: UpdateReq, call) => {
      operatorOnly(call);
      await groups.update(parseGroupRequest(request));
      return new UpdateResp();
    }),
    delete: answer(async (request: DeleteReq, call) => {
      operatorOnly(call);
      await groups.delete(...addressOf(request.getOptions()));
      return new DeleteResp();
    }),
    read: (call: ServerDuplexStream<Buffer, Buffer>) => handlePersistentRead(groups, gate.callerOf(call), call),
    getInfo: answer((request: GetInfoReq, call) => {
      const [stream, name] = addressOf(request.getOptions());
      observer(call, stream);
      const group = groups.find(stream, name);
      return new GetInfoResp().setSubscriptionInfo(describeGroup(store, group));
    }),
    list: answer((request: ListReq, call) => {
      const stream = listedStream(request);
      if (stream === undefined) operatorOnly(call);
      else observer(call, stream);
      return new ListResp().setSubscriptionsList(groups.list(stream).map((group) => describeGroup(store, group)));
    }),
    replayParked: answer((request: ReplayParkedReq, call) => {
      operatorOnly(call);
      const options = request.getOptions();
      const group = groups.find(...addressOf(options));
      group.replayParked(options?.hasStopAt() ? Number(options.getStopAt()) : undefined);
      return new ReplayParkedResp();
    }),
    restartSubsystem: answer(async (_request: Empty, call) => {
      operatorOnly(call);
      await groups.restart();
      return new Empty();
    }),
  };
  server.addService(definition, gate.guard(handlers));
  return () => groups.close(unavailable('the event store is shutting down'));
}

/** The stream whose groups are asked for, undefined for all groups. */
function listedStream(request: ListReq): string | undefined {
  const wanted = request.getOptions()?.getListForStream();
  if (wanted === undefined) return undefined;
  return wanted.hasAll() ? ALL : streamName(wanted.getStream());
}

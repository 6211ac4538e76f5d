import {
  CreateReq, CreateResp, DeleteReq, DeleteResp, GetInfoReq, GetInfoResp, ListReq, ListResp, ReplayParkedReq, ReplayParkedResp, UpdateReq, UpdateResp,
} from '@eventstore/db-client/generated/persistent_pb';
import { Empty, type StreamIdentifier } from '@eventstore/db-client/generated/shared_pb';

import { groupFailed, invalidArgument } from '../protocol/errors.js';
import { demandOperator, type Caller, type GuardedService } from '../security/gate.js';
import { ADMINS, OPS } from '../security/may-do.js';
import type { PersistentGroups } from './persistent-groups.js';
import { describeGroup } from './persistent-info.js';
import { servePersistentRead } from './persistent-read.js';
import { ALL, parseGroupRequest, realStream } from './persistent-settings.js';
import { streamName } from '../protocol/read-request.js';
import type { Store } from '../storage/store.js';
import { unary } from '../transport/unary.js';

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

/** Every user may know how groups are doing; strangers may not, whatever they may read. */
function demandUser(caller: Caller): void {
  if (caller.name === undefined && !caller.operator) throw caller.denied('look at groups without a user');
}

const MANAGE = `manage groups without ${ADMINS} or ${OPS}`;
const SERVICE = '/event_store.client.persistent_subscriptions.PersistentSubscriptions';

/** event_store.client.persistent_subscriptions.PersistentSubscriptions */
export function persistentService(store: Store, groups: PersistentGroups): GuardedService {
  return {
    [`${SERVICE}/Create`]: unary(CreateReq, async (request, caller: Caller) => {
      demandOperator(caller, MANAGE);
      await groups.create(parseGroupRequest(request));
      return new CreateResp();
    }),
    [`${SERVICE}/Update`]: unary(UpdateReq, async (request, caller: Caller) => {
      demandOperator(caller, MANAGE);
      await groups.update(parseGroupRequest(request));
      return new UpdateResp();
    }),
    [`${SERVICE}/Delete`]: unary(DeleteReq, async (request, caller: Caller) => {
      demandOperator(caller, MANAGE);
      const options = request.getOptions();
      if (options?.hasAll() === false) realStream(options.getStreamIdentifier());
      await groups.delete(...addressOf(options));
      return new DeleteResp();
    }),
    [`${SERVICE}/Read`]: (call, caller) => servePersistentRead(groups, call, caller),
    [`${SERVICE}/GetInfo`]: unary(GetInfoReq, (request, caller: Caller) => {
      const [stream, name] = addressOf(request.getOptions());
      demandUser(caller);
      return new GetInfoResp().setSubscriptionInfo(describeGroup(store, groups.find(stream, name)));
    }),
    [`${SERVICE}/List`]: unary(ListReq, (request, caller: Caller) => {
      demandUser(caller);
      return new ListResp().setSubscriptionsList(groups.list(listedStream(request)).map((group) => describeGroup(store, group)));
    }),
    [`${SERVICE}/ReplayParked`]: unary(ReplayParkedReq, (request, caller: Caller) => {
      demandOperator(caller, MANAGE);
      const options = request.getOptions();
      const address = addressOf(options);
      const stopAt = options?.hasStopAt() ? Number(options.getStopAt()) : undefined;
      if (stopAt !== undefined && stopAt < 0) throw groupFailed(...address, 'a replay cannot stop before the first event');
      groups.find(...address).replayParked(stopAt);
      return new ReplayParkedResp();
    }),
    [`${SERVICE}/RestartSubsystem`]: unary(Empty, async (_request, caller: Caller) => {
      demandOperator(caller, MANAGE);
      await groups.restart();
      return new Empty();
    }),
  };
}

/** The stream whose groups are asked for, undefined for all groups. */
function listedStream(request: ListReq): string | undefined {
  const wanted = request.getOptions()?.getListForStream();
  if (wanted === undefined) return undefined;
  return wanted.hasAll() ? ALL : streamName(wanted.getStream());
}

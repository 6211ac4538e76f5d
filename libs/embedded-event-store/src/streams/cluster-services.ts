import { randomUUID } from 'node:crypto';

import { ClusterInfo, EndPoint, MemberInfo } from '@eventstore/db-client/generated/gossip_pb';
import { SupportedMethod, SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb';
import { Empty, UUID } from '@eventstore/db-client/generated/shared_pb';

import type { Call } from '../transport/call.js';
import type { Service } from '../transport/grpc-server.js';
import { unary } from '../transport/unary.js';

/** The server version whose behaviour this server follows. */
export const SERVER_VERSION = '23.10.6';

const STREAMS = 'event_store.client.streams.streams';
const USERS = 'event_store.client.users.users';
const PERSISTENT = 'event_store.client.persistent_subscriptions.persistentsubscriptions';

/** Only what exists here: the client takes another path, or says so, for what is not listed. */
const METHODS: readonly (readonly [service: string, method: string, ...features: string[]])[] = [
  [STREAMS, 'read', 'position', 'events'],
  [STREAMS, 'append'],
  [STREAMS, 'batchappend', 'deadline_duration'],
  [STREAMS, 'delete'],
  [STREAMS, 'tombstone'],
  [PERSISTENT, 'create', 'stream', 'all'],
  [PERSISTENT, 'update', 'stream', 'all'],
  [PERSISTENT, 'delete', 'stream', 'all'],
  [PERSISTENT, 'read', 'stream', 'all'],
  [PERSISTENT, 'getinfo', 'stream', 'all'],
  [PERSISTENT, 'list', 'stream', 'all'],
  [PERSISTENT, 'replayparked', 'stream', 'all'],
  [PERSISTENT, 'restartsubsystem', 'stream', 'all'],
  ...['create', 'update', 'delete', 'enable', 'disable', 'resetpassword', 'changepassword', 'details'].map((method): [string, string] => [USERS, method]),
  ['event_store.client.gossip.gossip', 'read'],
  ['event_store.client.server_features.serverfeatures', 'getsupportedmethods'],
];

/** Listens on every address: none that a client could go to. */
const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

function supportedMethods(): SupportedMethods {
  const methods = METHODS.map(([service, method, ...features]) =>
    new SupportedMethod().setServiceName(service).setMethodName(method).setFeaturesList(features),
  );
  return new SupportedMethods().setEventStoreServerVersion(SERVER_VERSION).setMethodsList(methods);
}

/** Tells clients what this server can do, and that it is a cluster of one. Anybody may ask. */
export function clusterServices(host: string, port: () => number): Service {
  const instance = new UUID().setString(randomUUID());
  const addressFor = (call: Call): string => (WILDCARDS.has(host) ? (call.localAddress ?? host) : host);
  const member = (call: Call): MemberInfo =>
    new MemberInfo()
      .setInstanceId(instance)
      .setTimeStamp(`${Date.now()}0000`)
      .setState(MemberInfo.VNodeState.LEADER)
      .setIsAlive(true)
      .setHttpEndPoint(new EndPoint().setAddress(addressFor(call)).setPort(port()));
  const features = unary(Empty, () => supportedMethods());
  const gossip = unary(Empty, (_request, call: Call) => new ClusterInfo().setMembersList([member(call)]));
  return {
    '/event_store.client.server_features.ServerFeatures/GetSupportedMethods': (call) => features(call, undefined),
    '/event_store.client.gossip.Gossip/Read': (call) => gossip(call, call),
  };
}

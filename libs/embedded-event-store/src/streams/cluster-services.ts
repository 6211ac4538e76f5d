import { randomUUID } from 'node:crypto';

import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb';
import { ClusterInfo, EndPoint, MemberInfo } from '@eventstore/db-client/generated/gossip_pb';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb';
import { SupportedMethod, SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb';
import { UUID, type Empty } from '@eventstore/db-client/generated/shared_pb';
import type { Server } from '@grpc/grpc-js';

import { unary } from './streams-service.js';

/** The server version whose behaviour this server follows. */
const SERVER_VERSION = '23.10.6';

const STREAMS = 'event_store.client.streams.streams';
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
  [PERSISTENT, 'restartsubsystem'],
  ['event_store.client.gossip.gossip', 'read'],
  ['event_store.client.server_features.serverfeatures', 'getsupportedmethods'],
];

function supportedMethods(): SupportedMethods {
  const methods = METHODS.map(([service, method, ...features]) =>
    new SupportedMethod().setServiceName(service).setMethodName(method).setFeaturesList(features),
  );
  return new SupportedMethods().setEventStoreServerVersion(SERVER_VERSION).setMethodsList(methods);
}

/** Tells clients what this server can do, and that it is a cluster of one. */
export function addClusterServices(server: Server, host: string, port: () => number): void {
  const instance = new UUID().setString(randomUUID());
  server.addService(ServerFeaturesService, {
    getSupportedMethods: unary<Empty, SupportedMethods>((_request, callback) => callback(null, supportedMethods())),
  });
  server.addService(GossipService, {
    read: unary<Empty, ClusterInfo>((_request, callback) => {
      const member = new MemberInfo()
        .setInstanceId(instance)
        .setTimeStamp(`${Date.now()}0000`)
        .setState(MemberInfo.VNodeState.LEADER)
        .setIsAlive(true)
        .setHttpEndPoint(new EndPoint().setAddress(host).setPort(port()));
      callback(null, new ClusterInfo().setMembersList([member]));
    }),
  });
}

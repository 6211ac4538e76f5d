import type * as GossipServices from '@eventstore/db-client/generated/gossip_grpc_pb';
import type * as FeaturesServices from '@eventstore/db-client/generated/serverfeatures_grpc_pb';
import type * as SharedMessages from '@eventstore/db-client/generated/shared_pb';
import type * as StreamsServices from '@eventstore/db-client/generated/streams_grpc_pb';
import type * as StreamsMessages from '@eventstore/db-client/generated/streams_pb';
import type * as UsersServices from '@eventstore/db-client/generated/users_grpc_pb';
import type * as UsersMessages from '@eventstore/db-client/generated/users_pb';

import type { ClientName } from './clients.js';

type Services = typeof UsersServices & typeof GossipServices & typeof FeaturesServices & typeof StreamsServices;

/** The generated code of what the clients do not offer. */
export type Protocol = Pick<Services, 'UsersService' | 'GossipService' | 'ServerFeaturesService' | 'StreamsService'> &
  typeof UsersMessages & Pick<typeof SharedMessages, 'Empty' | 'StreamIdentifier'> & Pick<typeof StreamsMessages, 'ReadReq' | 'ReadResp'>;

/** Each process loads only that of its own client. Both are made from the same protocol. */
export async function loadProtocol(name: ClientName): Promise<Protocol> {
  if (name === '@eventstore/db-client') {
    const [{ UsersService }, { GossipService }, { ServerFeaturesService }, { StreamsService }, { Empty, StreamIdentifier }, { ReadReq, ReadResp }, messages] = await Promise.all([
      import('@eventstore/db-client/generated/users_grpc_pb.js'),
      import('@eventstore/db-client/generated/gossip_grpc_pb.js'),
      import('@eventstore/db-client/generated/serverfeatures_grpc_pb.js'),
      import('@eventstore/db-client/generated/streams_grpc_pb.js'),
      import('@eventstore/db-client/generated/shared_pb.js'),
      import('@eventstore/db-client/generated/streams_pb.js'),
      import('@eventstore/db-client/generated/users_pb.js'),
    ]);
    return { ...messages, UsersService, GossipService, ServerFeaturesService, StreamsService, Empty, StreamIdentifier, ReadReq, ReadResp };
  }
  const [{ UsersService }, { GossipService }, { ServerFeaturesService }, { StreamsService }, { Empty, StreamIdentifier }, { ReadReq, ReadResp }, messages] = await Promise.all([
    import('@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/usermanagement_grpc_pb.js'),
    import('@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/gossip_grpc_pb.js'),
    import('@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_grpc_pb.js'),
    import('@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_grpc_pb.js'),
    import('@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js'),
    import('@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js'),
    import('@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/usermanagement_pb.js'),
  ]);
  const generated: unknown = { ...messages, UsersService, GossipService, ServerFeaturesService, StreamsService, Empty, StreamIdentifier, ReadReq, ReadResp };
  return generated as Protocol;
}

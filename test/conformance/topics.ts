import { append } from './append.cases.js';
import { cluster } from './cluster.cases.js';
import { credentials } from './credentials.cases.js';
import { deletion } from './delete.cases.js';
import { guarded } from './guarded.cases.js';
import { http } from './http.cases.js';
import { idempotency } from './idempotency.cases.js';
import { streamMetadata } from './metadata.cases.js';
import { persistentDelivery } from './persistent-delivery.cases.js';
import { persistentGroups } from './persistent-groups.cases.js';
import { persistentInfo } from './persistent-info.cases.js';
import { persistentParking } from './persistent-parking.cases.js';
import { persistentRights } from './persistent-rights.cases.js';
import { positions } from './positions.cases.js';
import { systemProjections } from './projections.cases.js';
import { readAll } from './read-all.cases.js';
import { readRequests } from './read-requests.cases.js';
import { readStream } from './read-stream.cases.js';
import { restarts } from './restart.cases.js';
import { rights } from './rights.cases.js';
import { sizes } from './sizes.cases.js';
import { subscribeToAll } from './subscribe-all.cases.js';
import { subscribeToStream } from './subscribe-stream.cases.js';
import type { Cases } from './support.js';
import { target } from './targets.js';

type Topics = Readonly<Record<string, Cases>>;

const SECURED: Topics = {
  credentials,
  rights,
  'what is guarded': guarded,
  'persistent subscription rights': persistentRights,
};

/** Everything that the suite holds a server to, as far as the target can be asked. */
export const TOPICS: Topics = {
  append,
  'sizes and names': sizes,
  idempotency,
  'read of a stream': readStream,
  'read of $all': readAll,
  'read requests': readRequests,
  'delete and tombstone': deletion,
  'stream metadata': streamMetadata,
  positions,
  'subscription to a stream': subscribeToStream,
  'subscription to $all': subscribeToAll,
  'persistent subscription groups': persistentGroups,
  'persistent subscription info': persistentInfo,
  'persistent subscription delivery': persistentDelivery,
  'persistent subscription parking': persistentParking,
  'cluster and connection': cluster,
  http,
  ...(target.hasProjecting() ? { 'system projections': systemProjections } : {}),
  ...(target.hasSecure() ? SECURED : {}),
  // The last: it ends the connections of all others.
  ...(target.canRestart() ? { restarts } : {}),
};

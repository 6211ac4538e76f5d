import { Server, type ServerCredentials } from '@grpc/grpc-js';

import { addClusterServices } from './streams/cluster-services.js';
import { MAX_MESSAGE_SIZE, SHUTDOWN_MS } from './protocol/limits.js';
import { addPersistentService } from './persistent/persistent-service.js';
import { openSecurity, type SecureAccess, type Security } from './security/security.js';
import { openStore, type Store } from './storage/store.js';
import { addStreamsService } from './streams/streams-service.js';
import { SystemProjections } from './projections/system-projections.js';
import { addUsersService } from './security/users-service.js';

export interface EmbeddedEventStoreOptions {
  /** Where the events are kept. Made if absent; owned by one process at a time. */
  readonly directory: string;
  /** Address to listen on, 127.0.0.1 unless given. */
  readonly host?: string;
  /** Port to listen on; 0 or absent takes a free one. */
  readonly port?: number;
  /**
   * TLS with certificates made in the directory, users, and rights by ACLs and policies. Without it everybody who
   * reaches the port may do everything, so that it must be on loopback.
   */
  readonly tls?: boolean;
  /** With TLS: calls without credentials have the rights of `$all`; they are refused unless this is set. */
  readonly allowAnonymous?: boolean;
  /** Keep the link streams `$ce-…`, `$et-…`, `$bc-…` and `$streams`. Each event then costs up to four links. */
  readonly systemProjections?: boolean;
}

export interface EmbeddedEventStore {
  readonly port: number;
  /** For `EventStoreDBClient.connectionString`; with TLS it names the authority to trust, but holds no credentials. */
  readonly connectionString: string;
  /** The files and users of a server with TLS. */
  readonly access?: SecureAccess;
  /** Fails open calls with UNAVAILABLE, saves where subscriptions stand and closes the data directory. */
  close(): Promise<void>;
}

/**
 * Starts a server that speaks the EventStoreDB protocol. Rejects with DirectoryInUse if another process has the
 * directory open, and with the system's error if the address cannot be listened on.
 */
export async function startEmbeddedEventStore(options: EmbeddedEventStoreOptions): Promise<EmbeddedEventStore> {
  const host = options.host ?? '127.0.0.1';
  const store = openStore(options.directory);
  const server = new Server({
    'grpc.max_receive_message_length': MAX_MESSAGE_SIZE,
    'grpc.max_send_message_length': -1,
  });
  const { gate, credentials, connectionOptions, access } = await secure(store, options, host);
  let port = 0;
  addClusterServices(server, host, () => port);
  const endStreams = addStreamsService(server, store, gate);
  const endGroups = addPersistentService(server, store, gate);
  if (access !== undefined) addUsersService(server, access.users, gate);
  try {
    port = await listen(server, host, options.port ?? 0, credentials);
  } catch (error) {
    endGroups();
    store.close();
    throw error;
  }
  const projections = options.systemProjections ? new SystemProjections(store) : undefined;
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    projections?.close();
    endGroups();
    store.commits.close();
    endStreams();
    await shutDown(server);
    store.close();
  };
  return {
    port,
    connectionString: `esdb://${bracketed(host)}:${port}?${connectionOptions}`,
    access,
    close: () => (closing ??= close()),
  };
}

async function secure(store: Store, options: EmbeddedEventStoreOptions, host: string): Promise<Security> {
  const { directory, tls = false, allowAnonymous = false } = options;
  try {
    return await openSecurity(store, { directory, host, tls, allowAnonymous });
  } catch (error) {
    store.close();
    throw error;
  }
}

/** An IPv6 address needs brackets in front of a port. */
function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function listen(server: Server, host: string, port: number, credentials: ServerCredentials): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`${bracketed(host)}:${port}`, credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
}

/** Lets calls end, but not for ever: a client that keeps its connection busy must not keep us. */
function shutDown(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, SHUTDOWN_MS);
    server.tryShutdown(() => {
      clearTimeout(force);
      resolve();
    });
  });
}

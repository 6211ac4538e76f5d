import type { Socket } from 'node:net';

import { httpEndpoints } from './http/http-endpoints.js';
import { PersistentGroups } from './persistent/persistent-groups.js';
import { persistentService } from './persistent/persistent-service.js';
import { SystemProjections } from './projections/system-projections.js';
import { toCallError, unavailable } from './protocol/errors.js';
import { SHUTDOWN_MS } from './protocol/limits.js';
import type { Refusal } from './security/refusal.js';
import { openSecurity, type SecureAccess, type Security } from './security/security.js';
import { usersService } from './security/users-service.js';
import { openStore, type Store } from './storage/store.js';
import { clusterServices } from './streams/cluster-services.js';
import { streamsService } from './streams/streams-service.js';
import { GrpcServer } from './transport/grpc-server.js';
import { listen, type Listener } from './transport/listener.js';

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
  /** Told once of each thing that somebody was not allowed to do. */
  readonly onRefused?: (refusal: Refusal) => void;
}

export interface EmbeddedEventStore {
  readonly port: number;
  /** For `EventStoreDBClient.connectionString`; with TLS it names the authority to trust, but holds no credentials. */
  readonly connectionString: string;
  /** The files and users of a server with TLS. */
  readonly access?: SecureAccess;
  /** Fails open calls with UNAVAILABLE, saves where subscriptions stand and closes the data directory. */
  close(): Promise<void>;
  /** Resolves if the disk fails. Nothing is written from then on; the process should end and be started again. */
  readonly failure: Promise<Error>;
}

const SHUTTING_DOWN = 'the event store is shutting down';

/**
 * Starts a server that speaks the EventStoreDB protocol. Rejects with DirectoryInUse if another process has the
 * directory open, and with the system's error if the address cannot be listened on.
 */
export async function startEmbeddedEventStore(options: EmbeddedEventStoreOptions): Promise<EmbeddedEventStore> {
  const host = options.host ?? '127.0.0.1';
  const store = openStore(options.directory);
  const { gate, tls, connectionOptions, access } = await secure(store, options, host);
  const groups = new PersistentGroups(store);
  const server = new GrpcServer(toCallError);
  const close = async (listener?: Listener): Promise<void> => {
    projections?.close();
    groups.close(unavailable(SHUTTING_DOWN));
    store.commits.close();
    listener?.stop();
    server.failCalls(unavailable(SHUTTING_DOWN));
    await server.close(SHUTDOWN_MS);
    listener?.destroy();
    store.close();
  };
  server.add(gate.welcome(clusterServices(host, () => listener.port)));
  server.add(gate.guard(streamsService(store)));
  server.add(gate.guard(persistentService(store, groups)));
  if (access !== undefined) server.add(gate.guard(usersService(access.users)));
  const http2 = (socket: Socket): void => server.accept(socket);
  const http1 = httpEndpoints({ store, gate, secure: tls !== undefined });
  const projections = options.systemProjections ? new SystemProjections(store) : undefined;
  const listener = await listen({ host, port: options.port ?? 0, tls, http2, http1 }).catch(async (error: Error) => {
    await close();
    throw error;
  });
  let closing: Promise<void> | undefined;
  return {
    port: listener.port,
    connectionString: `esdb://${bracketed(host)}:${listener.port}?${connectionOptions}`,
    access,
    failure: store.failure,
    close: () => (closing ??= close(listener)),
  };
}

async function secure(store: Store, options: EmbeddedEventStoreOptions, host: string): Promise<Security> {
  const { directory, tls = false, allowAnonymous = false, onRefused: refused = () => undefined } = options;
  try {
    return await openSecurity(store, { directory, host, tls, allowAnonymous, refused });
  } catch (error) {
    store.close();
    throw error;
  }
}

/** An IPv6 address needs brackets in front of a port. */
function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

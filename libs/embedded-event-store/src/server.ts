import { Server, ServerCredentials } from '@grpc/grpc-js';

import { addClusterServices } from './cluster-services.js';
import { MAX_MESSAGE_SIZE, SHUTDOWN_MS } from './limits.js';
import { addPersistentService } from './persistent-service.js';
import { openStore } from './store.js';
import { addStreamsService } from './streams-service.js';

export interface EmbeddedEventStoreOptions {
  /** Where the events are kept. Made if absent; owned by one process at a time. */
  readonly directory: string;
  /** Address to listen on, 127.0.0.1 unless given. */
  readonly host?: string;
  /** Port to listen on; 0 or absent takes a free one. */
  readonly port?: number;
  /** Transport security. Insecure unless given, so keep to loopback then. */
  readonly credentials?: ServerCredentials;
}

export interface EmbeddedEventStore {
  readonly port: number;
  /** For `EventStoreDBClient.connectionString`. */
  readonly connectionString: string;
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
  let port = 0;
  addClusterServices(server, host, () => port);
  const endStreams = addStreamsService(server, store);
  const endGroups = addPersistentService(server, store);
  try {
    port = await listen(server, host, options.port ?? 0, options.credentials ?? ServerCredentials.createInsecure());
  } catch (error) {
    endGroups();
    store.close();
    throw error;
  }
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    endGroups();
    store.commits.close();
    endStreams();
    await shutDown(server);
    store.close();
  };
  return {
    port,
    connectionString: `esdb://${bracketed(host)}:${port}?tls=${options.credentials === undefined ? 'false' : 'true'}`,
    close: () => (closing ??= close()),
  };
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

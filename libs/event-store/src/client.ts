import { EventStoreDBClient } from '@eventstore/db-client';
import { SlipwayError } from '@slipway/kernel';

/** Throws SlipwayError CONFIG_INVALID for a connection string that is not one. */
export function newClient(connectionString: string): EventStoreDBClient {
  try {
    return EventStoreDBClient.connectionString(connectionString);
  } catch (error) {
    // No cause: the client's error carries the whole string, password included.
    const detail = error instanceof Error ? error.message : String(error);
    throw new SlipwayError('CONFIG_INVALID', `the event store's connection string is not valid: ${detail} (esdb://user:password@host:2113?tlsCAFile=…)`);
  }
}

/** The connection string with a name for the connection, unless it has one; the server's statistics show it. */
export function withConnectionName(connectionString: string, name: string): string {
  if (connectionString.includes('connectionName=')) return connectionString;
  return `${connectionString}${connectionString.includes('?') ? '&' : '?'}connectionName=${encodeURIComponent(name)}`;
}

/** Lets go of a client's connection; what still runs over it ends in its own time. */
export function closeChannel(client: EventStoreDBClient): void {
  // Rejects where no server was found: then there is no channel to close.
  ChannelCloser.close(client).catch(() => undefined);
}

/** The client's own dispose() leaves its channel open, and only a subclass may reach it. */
class ChannelCloser extends EventStoreDBClient {
  static async close(client: ChannelCloser): Promise<void> {
    const channel = await client.getChannel();
    channel.close();
  }
}

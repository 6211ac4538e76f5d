import { EventStoreDBClient } from '@eventstore/db-client';
import { checkSettings, invalid } from './connection-string.js';

/** Throws SlipwayError CONFIG_INVALID for a connection string that is not one. */
export function newClient(connectionString: string): EventStoreDBClient {
  checkSettings(connectionString);
  try {
    return EventStoreDBClient.connectionString(connectionString);
  } catch (error) {
    // The client's error carries the whole string, and quotes what it stumbled over, which may be the password.
    if (isParseError(error)) throw invalid(`expected ${error.expected} at character ${error.location[0] + 1}`);
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}

const isParseError = (error: unknown): error is { readonly expected: string; readonly location: readonly [number, number] } =>
  error instanceof Error && 'expected' in error && 'location' in error;

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

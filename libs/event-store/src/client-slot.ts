import { EventStoreDBClient } from '@eventstore/db-client';
import { SlipwayError } from '@slipway/kernel';

/**
 * The process's client, which can be exchanged. The client reconnects by itself after UNAVAILABLE and CANCELLED, and only then:
 * after any other fault of the transport it keeps a failed look-up of the server's features, or a dead stream, for ever.
 */
export class ClientSlot {
  private client: EventStoreDBClient;

  /** Throws SlipwayError CONFIG_INVALID for a connection string that is not one. */
  constructor(private readonly connectionString: string) {
    this.client = connect(connectionString);
  }

  get current(): EventStoreDBClient {
    return this.client;
  }

  /** Later calls use a new client, unless another caller has seen to it. What still runs on the old one ends in its own time. */
  replace(broken: EventStoreDBClient): void {
    if (this.client === broken) this.client = connect(this.connectionString);
  }
}

/** The connection string with a name for the connection, unless it has one; the server's statistics show it. */
export function withConnectionName(connectionString: string, name: string): string {
  if (connectionString.includes('connectionName=')) return connectionString;
  return `${connectionString}${connectionString.includes('?') ? '&' : '?'}connectionName=${encodeURIComponent(name)}`;
}

function connect(connectionString: string): EventStoreDBClient {
  try {
    return EventStoreDBClient.connectionString(connectionString);
  } catch (error) {
    // No cause: the client's error carries the whole string, password included.
    const detail = error instanceof Error ? error.message : String(error);
    throw new SlipwayError('CONFIG_INVALID', `the event store's connection string is not valid: ${detail} (esdb://user:password@host:2113?tlsCAFile=…)`);
  }
}

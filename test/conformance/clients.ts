import type * as EventStore from '@eventstore/db-client';
import type { AppendExpectedRevision, AppendResult, Credentials, EventData, EventStoreDBClient } from '@eventstore/db-client';

type Sdk = typeof EventStore;

/** What both official clients do alike: the newer one kept the older one's methods, but for those left out here. */
export type Database = Omit<EventStoreDBClient, 'appendToStream'>;

/** One official client: methods of its own where the two differ, and the rest as they are. */
export interface OfficialClient extends Pick<Sdk, 'eventTypeFilter' | 'streamNameFilter' | 'excludeSystemEvents'> {
  readonly db: Database;
  readonly streamSettings: Sdk['persistentSubscriptionToStreamSettingsFromDefaults'];
  readonly allSettings: Sdk['persistentSubscriptionToAllSettingsFromDefaults'];
  append(stream: string, events: EventData | EventData[], expected?: AppendExpectedRevision, credentials?: Credentials): Promise<AppendResult>;
  /** A batch append whose call is to be sent in parts of about this size. */
  appendInParts(stream: string, events: EventData[], batchAppendSize: number, expected?: AppendExpectedRevision): Promise<AppendResult>;
  /** A batch append that must be done in this time. */
  appendWithin(deadline: number, stream: string, events: EventData[]): Promise<AppendResult>;
}

export type ClientName = '@eventstore/db-client' | '@kurrent/kurrentdb-client';

/** The server's name for a strategy that only the newer client can ask for. */
export const PINNED_BY_CORRELATION = 'PinnedByCorrelation';

/**
 * Loads one client. Never both into one process: their generated messages register themselves under the same global
 * names and overwrite each other's, so imports of either are for types only everywhere else.
 */
export async function connect(name: ClientName, connectionString: string): Promise<OfficialClient> {
  return name === '@eventstore/db-client' ? connectEventStore(connectionString) : connectKurrent(connectionString);
}

async function connectEventStore(connectionString: string): Promise<OfficialClient> {
  const sdk = await import('@eventstore/db-client');
  const client = sdk.EventStoreDBClient.connectionString(connectionString.replace(/^(kurrentdb|kurrent|kdb)/, 'esdb'));
  return {
    ...common(sdk),
    db: client,
    append: (stream, events, expectedRevision, credentials) => client.appendToStream(stream, events, { expectedRevision, credentials }),
    appendInParts: (stream, events, batchAppendSize, expectedRevision) => client.appendToStream(stream, events, { expectedRevision, batchAppendSize }),
    appendWithin: (deadline, stream, events) => client.appendToStream(stream, events, { deadline }),
  };
}

async function connectKurrent(connectionString: string): Promise<OfficialClient> {
  const sdk = await import('@kurrent/kurrentdb-client');
  const client = sdk.KurrentDBClient.connectionString(connectionString.replace(/^esdb/, 'kurrentdb'));
  return {
    // Its declarations are other types with the same members.
    ...common(sdk as unknown as Sdk),
    db: client as unknown as Database,
    append: (stream, events, streamState, credentials) => client.appendToStream(stream, events, { streamState, credentials }),
    appendInParts: (stream, events, batchAppendSize, streamState) => client.appendToStream(stream, events, { streamState, batchAppendSize }),
    appendWithin: (deadline, stream, events) => client.appendToStream(stream, events, { deadline }),
  };
}

function common(sdk: Sdk): Omit<OfficialClient, 'db' | 'append' | 'appendInParts' | 'appendWithin'> {
  const { eventTypeFilter, streamNameFilter, excludeSystemEvents } = sdk;
  return {
    eventTypeFilter, streamNameFilter, excludeSystemEvents,
    streamSettings: sdk.persistentSubscriptionToStreamSettingsFromDefaults,
    allSettings: sdk.persistentSubscriptionToAllSettingsFromDefaults,
  };
}

/** A refusal, with the one name for what the clients call differently. */
export interface Refusal {
  readonly type?: string;
  readonly message: string;
  readonly streamName?: string;
  readonly groupName?: string;
  readonly maxAppendSize?: number;
  readonly expected?: unknown;
  readonly actual?: unknown;
}

interface ClientError extends Refusal {
  readonly expectedVersion?: unknown;
  readonly actualVersion?: unknown;
  readonly expectedState?: unknown;
  readonly actualState?: unknown;
}

/** The refusal that a promise must end with. */
export async function refusalOf(promise: Promise<unknown>): Promise<Refusal> {
  try {
    await promise;
  } catch (thrown) {
    const error = thrown as ClientError;
    const { type, message, streamName, groupName, maxAppendSize } = error;
    return {
      type, message, streamName, groupName, maxAppendSize,
      expected: error.expectedVersion ?? error.expectedState,
      actual: error.actualVersion ?? error.actualState,
    };
  }
  throw new Error('it should have been refused');
}

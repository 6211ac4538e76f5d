import { ErrorType, type EventStoreDBClient, persistentSubscriptionToAllSettingsFromDefaults, PINNED, START } from '@eventstore/db-client';
import { clientFilter } from './client-filter.js';
import { hasErrorType } from './client-errors.js';
import { DEFAULT_MAX_RETRIES } from './delivery.js';
import type { ConsumerOptions } from './event-store.js';

/** An event without an answer for so long goes to another consumer. */
const MESSAGE_TIMEOUT_MS = 30_000;

/** Makes a persistent subscription to the whole log, unless it is there. */
export async function ensureGroup(client: EventStoreDBClient, { group, filter, maxRetries = DEFAULT_MAX_RETRIES }: Pick<ConsumerOptions, 'group' | 'filter' | 'maxRetries'>): Promise<void> {
  const settings = persistentSubscriptionToAllSettingsFromDefaults({
    startFrom: START,
    messageTimeout: MESSAGE_TIMEOUT_MS,
    maxRetryCount: maxRetries,
    // A stream's events go to one consumer while it is there, so that replicas do not work on one stream at the same time.
    consumerStrategyName: PINNED,
    // Each group's progress is kept even when little happens, or a restart of the server would bring the last events again.
    checkPointLowerBound: 1,
    readBatchSize: 100,
  });
  try {
    await client.createPersistentSubscriptionToAll(group, settings, { filter: clientFilter(filter) });
  } catch (error) {
    // Another replica was faster.
    if (!hasErrorType(error, ErrorType.PERSISTENT_SUBSCRIPTION_EXISTS)) throw error;
  }
}

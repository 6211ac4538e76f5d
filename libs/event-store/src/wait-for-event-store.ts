import { setTimeout as sleep } from 'node:timers/promises';
import { SlipwayError } from '@slipway/kernel';
import { hostOf } from './connection-string.js';
import { connectEventStore } from './event-store-db.js';

const PAUSE_MS = 250;

/**
 * Resolves when an event store answers a read of its log. For boot: services, store and bus may start in any order.
 * Throws SlipwayError UNAVAILABLE after `timeoutMs`, CONFIG_INVALID for a connection string that is not one.
 */
export async function waitForEventStore(connectionString: string, timeoutMs: number): Promise<void> {
  const store = connectEventStore({ connectionString, name: 'waiting' });
  const expired = AbortSignal.timeout(timeoutMs);
  try {
    await untilAnswer(() => store.head(), expired, hostOf(connectionString));
  } finally {
    await store.close();
  }
}

async function untilAnswer(ask: () => Promise<unknown>, expired: AbortSignal, host: string): Promise<void> {
  const end = new Promise<'expired'>((resolve) => expired.addEventListener('abort', () => resolve('expired'), { once: true }));
  for (let last = 'no answer'; ; ) {
    const answer = await Promise.race([ask().then(() => 'ready', (error: unknown) => error), end]);
    if (answer === 'ready') return;
    if (answer instanceof Error) last = answer.cause instanceof Error ? answer.cause.message : answer.message;
    if (expired.aborted) throw new SlipwayError('UNAVAILABLE', `no event store answers at ${host}: ${last}. Is it started, and SLIPWAY_EVENTSTORE right?`);
    await Promise.race([sleep(PAUSE_MS), end]);
  }
}

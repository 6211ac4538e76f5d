import { setTimeout as sleep } from 'node:timers/promises';
import { SlipwayError } from '@slipway/kernel';
import { isAccessDenied, isUnauthenticated } from './client-errors.js';
import { hostOf, userIn } from './connection-string.js';
import { connectEventStore } from './event-store-db.js';

const PAUSE_MS = 250;

/** Who gave a connection string, for the messages. */
export interface ConnectionSource {
  /** As a noun: `SLIPWAY_EVENTSTORE`. */
  readonly from: string;
  /** What to do when the server does not take its user and password: a sentence. */
  readonly remedy: string;
}

/**
 * Resolves when an event store answers a read of its log. For boot: services, store and bus may start in any order.
 * Throws SlipwayError UNAVAILABLE after `timeoutMs`; at once EVENT_STORE_REFUSED when the server does not take the user and password, or
 * does not let that user read, and CONFIG_INVALID for a connection string that is not one.
 */
export async function waitForEventStore(connectionString: string, timeoutMs: number, source: ConnectionSource): Promise<void> {
  const store = connectEventStore({ connectionString, name: 'waiting' });
  const expired = AbortSignal.timeout(timeoutMs);
  try {
    await untilAnswer(() => store.head(), expired, connectionString, source);
  } finally {
    await store.close();
  }
}

async function untilAnswer(ask: () => Promise<unknown>, expired: AbortSignal, connectionString: string, source: ConnectionSource): Promise<void> {
  const end = new Promise<'expired'>((resolve) => expired.addEventListener('abort', () => resolve('expired'), { once: true }));
  for (let last = 'no answer'; ; ) {
    const answer = await Promise.race([ask().then(() => 'ready', (error: unknown) => error), end]);
    if (answer === 'ready') return;
    if (isAccessDenied(answer)) throw refused(answer, connectionString, source);
    if (answer instanceof Error) last = answer.cause instanceof Error ? answer.cause.message : answer.message;
    if (expired.aborted) throw new SlipwayError('UNAVAILABLE', `no event store answers at ${hostOf(connectionString)}: ${last}. Is it started, and ${source.from} right?`);
    await Promise.race([sleep(PAUSE_MS), end]);
  }
}

function refused(cause: unknown, connectionString: string, { from, remedy }: ConnectionSource): SlipwayError {
  const user = userIn(connectionString);
  const what = user === undefined
    ? `lets nobody in without a user and password, and ${from} names none`
    : isUnauthenticated(cause)
      ? `does not take the user name or the password of ${user}, which came from ${from}`
      : `lets ${user} in, named by ${from}, but not read its log`;
  return new SlipwayError('EVENT_STORE_REFUSED', `the event store at ${hostOf(connectionString)} ${what}. ${remedy}`, [], { cause });
}

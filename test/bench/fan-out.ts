import { setTimeout as pause } from 'node:timers/promises';

import { END, type EventStoreDBClient, jsonEvent } from '@eventstore/db-client';

/** Subscribes so often to `$all`, appends at a fixed rate, and times each event from the call of append to each subscriber. */
export async function fanOut(client: EventStoreDBClient, subscribers: number, perSecond: number, seconds: number): Promise<number[]> {
  const times: number[] = [];
  const begun: number[] = [];
  const subscriptions = Array.from({ length: subscribers }, () => client.subscribeToAll({ fromPosition: END }));
  let failure: Error | undefined;
  for (const subscription of subscriptions) {
    subscription.on('error', (error) => (failure = error));
    subscription.on('data', ({ event }) => {
      if (event?.type === 'Fanned') times.push(performance.now() - begun[(event.data as { n: number }).n]!);
    });
  }
  await Promise.all(subscriptions.map((subscription) => new Promise<void>((resolve) => subscription.once('confirmation', () => resolve()))));
  const appends: Promise<unknown>[] = [];
  const start = performance.now();
  for (let n = 0; n < perSecond * seconds; n++) {
    // An open loop: the next append is due at its time, however long the one before takes.
    const wait = start + (n * 1000) / perSecond - performance.now();
    if (wait > 0) await pause(wait);
    begun[n] = performance.now();
    appends.push(client.appendToStream(`fan-${n % 100}`, jsonEvent({ type: 'Fanned', data: { n } })));
  }
  await Promise.all(appends);
  const wanted = begun.length * subscribers;
  for (let tries = 0; times.length < wanted && tries < 100; tries++) await pause(50);
  await Promise.all(subscriptions.map((subscription) => subscription.unsubscribe()));
  if (failure !== undefined) throw failure;
  if (times.length !== wanted) throw new Error(`subscribers saw ${times.length} events instead of ${wanted}`);
  return times;
}

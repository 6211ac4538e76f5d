import type { AllStreamSubscription, StreamSubscription } from '@eventstore/db-client';

import { eventually, numberOf } from './support.js';

type Subscription = StreamSubscription | AllStreamSubscription;

/** The number of an event, `confirmation`, `caught up`, or the type of an error. */
export type Note = number | string;

export interface Listener {
  readonly notes: readonly Note[];
  /** The notes that are numbers. */
  numbers(): number[];
  heard(...wanted: Note[]): Promise<void>;
}

const open = new Set<Subscription>();

/** Writes down what a subscription says, in order. `endSubscriptions` ends it. */
export function listen(subscription: Subscription): Listener {
  const notes: Note[] = [];
  open.add(subscription);
  subscription.on('confirmation', () => notes.push('confirmation'));
  subscription.on('caughtUp', () => notes.push('caught up'));
  subscription.on('error', (error: Error & { type?: string }) => notes.push(error.type ?? error.message));
  subscription.on('data', (resolved) => notes.push(numberOf(resolved)));
  return {
    notes,
    numbers: () => notes.filter((note): note is number => typeof note === 'number'),
    heard: (...wanted) => eventually(() => wanted.every((note) => notes.includes(note)), () => notes),
  };
}

/** For after each case, so that one that failed leaves nothing running. */
export async function endSubscriptions(): Promise<void> {
  const ending = [...open];
  open.clear();
  for (const subscription of ending) if (!subscription.destroyed) await subscription.unsubscribe();
}

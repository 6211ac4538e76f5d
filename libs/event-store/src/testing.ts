import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStore, NewEvent } from './event-store.js';
import type { Upcasters } from './upcasters.js';

/** How the contract's tests get a store over an empty log; closing it is the tests' part. */
export type OpenStore = (upcasters?: Upcasters) => Promise<EventStore>;

/** An event as some command may have made it. */
export function newEvent(data: unknown = {}, type = 'ThingHappened'): NewEvent {
  const metadata = { $correlationId: 'correlation', $causationId: 'command', actor: 'person:alice', commandDigest: 'sha256:0', schema: 1 };
  return { id: randomUUID(), type, data, metadata };
}

/** Events numbered from `first`; their data is the number. */
export const numbered = (count: number, first = 0): NewEvent[] => Array.from({ length: count }, (_, index) => newEvent({ number: first + index }));

export const numberOf = (event: { readonly data: unknown }): number => (event.data as { number: number }).number;

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The first item; the rest is not asked for. */
export async function firstOf<T>(items: AsyncIterable<T>): Promise<T> {
  for await (const item of items) return item;
  throw new Error('there is none');
}

/** Resolves as soon as the condition holds; throws after 10 seconds. */
export async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 10_000; !condition(); await sleep(5)) {
    if (Date.now() > end) throw new Error(`still not so after 10 s: ${condition.toString()}`);
  }
}

/** Matches any text, as a value of unknown type. */
export const anyText: unknown = expect.any(String);

/** Long enough for what must not happen to happen. */
export const aMoment = (): Promise<void> => sleep(150);

/** A promise that its holder resolves. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

import type {
  PersistentAction, PersistentSubscriptionToAll, PersistentSubscriptionToAllSettings, PersistentSubscriptionToStream,
  PersistentSubscriptionToStreamSettings, ResolvedEvent,
} from '@eventstore/db-client';

import type { OfficialClient } from './clients.js';
import { eventually, fresh, numberOf } from './support.js';

/** An event as a consumer got it. */
export interface Delivered {
  readonly n: number;
  readonly stream: string | undefined;
  readonly retry: number;
  readonly resolved: ResolvedEvent;
  ack(): void;
  nack(action: PersistentAction): void;
}

export interface Consumer {
  readonly seen: readonly Delivered[];
  /** Types of the errors it ended with. */
  readonly errors: readonly string[];
  numbers(): number[];
  /** Waits for so many deliveries. */
  got(count: number): Promise<void>;
  /** One answer for several events, in this order. */
  nack(action: PersistentAction, ...events: readonly Delivered[]): void;
  stop(): Promise<void>;
}

type Subscription = PersistentSubscriptionToStream | PersistentSubscriptionToAll;
/** What a consumer does with an event; absent, it acks. */
export type Handle = (event: Delivered) => void;

/** What consumers say when they refuse an event. */
export const REASON = 'as the case wants it';

const running = new Set<Subscription>();
const ack: Handle = (event) => event.ack();

/** Ends what cases left running, also those that failed. */
export async function endConsumers(): Promise<void> {
  const ending = [...running];
  running.clear();
  for (const subscription of ending) if (!subscription.destroyed) await subscription.unsubscribe();
}

function consume(subscription: Subscription, handle: Handle): Consumer {
  const seen: Delivered[] = [];
  const errors: string[] = [];
  running.add(subscription);
  const failed = (error: Error & { type?: string }): void => void errors.push(error.type ?? error.message);
  subscription.on('error', failed);
  subscription.on('data', (resolved) => {
    const delivered: Delivered = {
      n: numberOf(resolved),
      stream: resolved.event?.streamId,
      retry: resolved.retryCount,
      resolved,
      ack: () => void subscription.ack(resolved).catch(failed),
      nack: (action) => void subscription.nack(action, REASON, resolved).catch(failed),
    };
    seen.push(delivered);
    handle(delivered);
  });
  return {
    seen,
    errors,
    numbers: () => seen.map(({ n }) => n),
    got: (count) => eventually(() => seen.length >= count, () => JSON.stringify({ seen: seen.map(({ n }) => n), errors })),
    nack: (action, ...refused) => void subscription.nack(action, REASON, ...refused.map(({ resolved }) => resolved)).catch(failed),
    stop: () => subscription.unsubscribe(),
  };
}

type Changes = Partial<Omit<PersistentSubscriptionToStreamSettings & PersistentSubscriptionToAllSettings, 'startFrom'>>;

/** A group on a stream or on $all, through calls that read alike for both. */
export interface Group {
  /** Where to append for this group. */
  readonly stream: string;
  readonly name: string;
  /** The stream of its parked events. */
  readonly parkedStream: string;
  create(changes?: Changes): Promise<void>;
  update(changes?: Changes): Promise<void>;
  remove(): Promise<void>;
  connect(handle?: Handle, bufferSize?: number): Consumer;
  replayParked(stopAt?: number): Promise<void>;
  info(): ReturnType<OfficialClient['db']['getPersistentSubscriptionToStreamInfo']> | ReturnType<OfficialClient['db']['getPersistentSubscriptionToAllInfo']>;
  parked(): Promise<number>;
  /** Waits until every event that was sent is answered. */
  answered(): Promise<void>;
}

export type GroupOn = (official: OfficialClient, stream?: string, name?: string) => Group;

function withCounts(group: Omit<Group, 'parked' | 'answered'>): Group {
  return {
    ...group,
    parked: async () => Number((await group.info()).stats.parkedMessageCount),
    answered: () => eventually(async () => (await group.info()).stats.outstandingMessagesCount === 0, () => 'events are outstanding'),
  };
}

export const onStream: GroupOn = ({ db, streamSettings }, stream = fresh(), name = fresh('group')) => withCounts({
  stream,
  name,
  parkedStream: `$persistentsubscription-${stream}::${name}-parked`,
  create: (changes = {}) => db.createPersistentSubscriptionToStream(stream, name, streamSettings({ startFrom: 'start', ...changes })),
  update: (changes = {}) => db.updatePersistentSubscriptionToStream(stream, name, streamSettings({ startFrom: 'start', ...changes })),
  remove: () => db.deletePersistentSubscriptionToStream(stream, name),
  connect: (handle = ack, bufferSize = 10) => consume(db.subscribeToPersistentSubscriptionToStream(stream, name, { bufferSize }), handle),
  replayParked: (stopAt) => db.replayParkedMessagesToStream(stream, name, stopAt === undefined ? {} : { stopAt }),
  info: () => db.getPersistentSubscriptionToStreamInfo(stream, name),
});

/** Filtered by the stream's name, or every case would get the events of all the others. */
export const onAll: GroupOn = ({ db, allSettings, streamNameFilter }, stream = fresh(), name = fresh('group')) => withCounts({
  stream,
  name,
  parkedStream: `$persistentsubscription-$all::${name}-parked`,
  create: (changes = {}) => db.createPersistentSubscriptionToAll(name, allSettings({ startFrom: 'start', ...changes }), { filter: streamNameFilter({ prefixes: [stream] }) }),
  update: (changes = {}) => db.updatePersistentSubscriptionToAll(name, allSettings({ startFrom: 'start', ...changes })),
  remove: () => db.deletePersistentSubscriptionToAll(name),
  connect: (handle = ack, bufferSize = 10) => consume(db.subscribeToPersistentSubscriptionToAll(name, { bufferSize }), handle),
  replayParked: (stopAt) => db.replayParkedMessagesToAll(name, stopAt === undefined ? {} : { stopAt }),
  info: () => db.getPersistentSubscriptionToAllInfo(name),
});

export const SOURCES: readonly [string, GroupOn][] = [
  ['to a stream', onStream],
  ['to $all', onAll],
];

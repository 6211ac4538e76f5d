import {
  binaryEvent,
  END,
  eventTypeFilter,
  jsonEvent,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  streamNameFilter,
  type PersistentSubscriptionToStreamSettings,
} from '@eventstore/db-client';

import { collect, eventually, failureOf, numberOf, testEvent, testEvents, TestStore } from '../testing/test-support.js';

jest.setTimeout(30_000);

const store = new TestStore();
beforeAll(() => store.start());
afterAll(() => store.remove());

async function groupOn(stream: string, changes: Partial<PersistentSubscriptionToStreamSettings> = {}): Promise<string> {
  const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, ...changes });
  await store.client.createPersistentSubscriptionToStream(stream, 'group', settings);
  return stream;
}

interface Seen {
  readonly n: number;
  readonly retry: number;
  readonly nack: (action: 'park' | 'retry' | 'skip' | 'stop') => void;
  readonly ack: () => void;
}

/** Connects and records what comes; it is acked unless `handle` says otherwise. */
function consume(stream: string, handle: (event: Seen) => unknown = (event) => event.ack(), bufferSize = 10) {
  const seen: Seen[] = [];
  const errors: (Error & { type?: string })[] = [];
  const subscription = store.client.subscribeToPersistentSubscriptionToStream(stream, 'group', { bufferSize });
  subscription.on('error', (error) => errors.push(error));
  subscription.on('data', (resolved) => {
    const event: Seen = {
      n: numberOf(resolved),
      retry: resolved.retryCount,
      ack: () => void subscription.ack(resolved),
      nack: (action) => void subscription.nack(action, 'for a test', resolved),
    };
    seen.push(event);
    handle(event);
  });
  return { seen, errors, stop: () => subscription.unsubscribe() };
}

const info = (stream: string) => store.client.getPersistentSubscriptionToStreamInfo(stream, 'group');
const numbers = (events: readonly { n: number }[]) => events.map(({ n }) => n);

describe('persistent subscriptions to a stream', () => {
  it('deliver history and then live events, each once if acked', async () => {
    const stream = await groupOn(store.stream());
    await store.client.appendToStream(stream, testEvents(50));
    const consumer = consume(stream);
    await eventually(() => consumer.seen.length === 50);
    await store.client.appendToStream(stream, testEvent(50));
    await eventually(() => consumer.seen.length === 51);
    expect(numbers(consumer.seen)).toEqual(Array.from({ length: 51 }, (_, n) => n));
    await consumer.stop();
  });

  it('start where they were told to', async () => {
    const stream = store.stream();
    await store.client.appendToStream(stream, testEvents(5));
    await groupOn(stream, { startFrom: 3n });
    const other = store.stream();
    await store.client.appendToStream(other, testEvents(5));
    await groupOn(other, { startFrom: END });
    await store.client.appendToStream(other, testEvent(99));
    const [middle, end] = [consume(stream), consume(other)];
    await eventually(() => middle.seen.length === 2 && end.seen.length === 1);
    expect(numbers(middle.seen)).toEqual([3, 4]);
    expect(numbers(end.seen)).toEqual([99]);
    await middle.stop();
    await end.stop();
  });

  it('go on at their checkpoint after a restart of the server', async () => {
    const stream = await groupOn(store.stream());
    await store.client.appendToStream(stream, testEvents(20));
    const first = consume(stream);
    await eventually(() => first.seen.length === 20);
    await eventually(async () => (await info(stream)).stats.outstandingMessagesCount === 0);
    await store.restart();
    await store.client.appendToStream(stream, testEvent(20));
    const second = consume(stream);
    await eventually(() => second.seen.length > 0);
    expect(numbers(second.seen)).toEqual([20]);
    expect((await info(stream)).stats.lastCheckpointedEventRevision).toBe(19n);
    await second.stop();
  });

  it('send a nacked event again, then park it, and replay it', async () => {
    const stream = await groupOn(store.stream(), { maxRetryCount: 2 });
    await store.client.appendToStream(stream, testEvents(2));
    const refusing = consume(stream, (event) => event.nack('retry'));
    await eventually(async () => (await info(stream)).stats.parkedMessageCount === 2n);
    expect(refusing.seen.filter(({ n }) => n === 0).map(({ retry }) => retry)).toEqual([0, 1, 2]);
    await refusing.stop();
    const parked = await collect(store.client.readStream(`$persistentsubscription-${stream}::group-parked`, { resolveLinkTos: true }));
    expect(parked.map(numberOf).sort()).toEqual([0, 1]);

    const willing = consume(stream);
    await store.client.replayParkedMessagesToStream(stream, 'group');
    await eventually(() => willing.seen.length === 2);
    expect(numbers(willing.seen).sort()).toEqual([0, 1]);
    await eventually(async () => (await info(stream)).stats.parkedMessageCount === 0n);
    await willing.stop();
  });

  it('park and skip at once if told so', async () => {
    const stream = await groupOn(store.stream());
    await store.client.appendToStream(stream, testEvents(2));
    const consumer = consume(stream, (event) => event.nack(event.n === 0 ? 'park' : 'skip'));
    await eventually(async () => (await info(stream)).stats.parkedMessageCount === 1n);
    await eventually(async () => (await info(stream)).stats.outstandingMessagesCount === 0);
    expect(numbers(consumer.seen)).toEqual([0, 1]);
    await consumer.stop();
  });

  it('leave no parked events to a later group of the same name', async () => {
    const stream = await groupOn(store.stream());
    await store.client.appendToStream(stream, testEvent(0));
    const consumer = consume(stream, (event) => event.nack('park'));
    await eventually(async () => (await info(stream)).stats.parkedMessageCount === 1n);
    await store.client.deletePersistentSubscriptionToStream(stream, 'group');
    await groupOn(stream, { startFrom: END });
    expect((await info(stream)).stats.parkedMessageCount).toBe(0n);
    await consumer.stop();
  });

  it('keep parked events over a restart, also those of an unfinished replay', async () => {
    const stream = await groupOn(store.stream());
    await store.client.appendToStream(stream, testEvents(2));
    const parking = consume(stream, (event) => event.nack('park'));
    await eventually(async () => (await info(stream)).stats.parkedMessageCount === 2n);
    await parking.stop();
    const silent = consume(stream, (event) => event.n === 0 && event.ack());
    await store.client.replayParkedMessagesToStream(stream, 'group');
    await eventually(() => silent.seen.length === 2);
    await store.restart();
    expect((await info(stream)).stats.parkedMessageCount).toBeGreaterThanOrEqual(1n);
    const willing = consume(stream);
    await store.client.replayParkedMessagesToStream(stream, 'group');
    await eventually(() => willing.seen.some(({ n }) => n === 1));
    await willing.stop();
  });

  it('resolve links, and are answered with the link’s id', async () => {
    const target = store.stream();
    await store.client.appendToStream(target, testEvents(3));
    const stream = await groupOn(store.stream(), { resolveLinkTos: true });
    const links = [2, 0].map((revision) => binaryEvent({ type: '$>', data: Buffer.from(`${revision}@${target}`) }));
    await store.client.appendToStream(stream, links);
    const consumer = consume(stream);
    await eventually(() => consumer.seen.length === 2);
    await eventually(async () => (await info(stream)).stats.outstandingMessagesCount === 0);
    expect(numbers(consumer.seen)).toEqual([2, 0]);
    await consumer.stop();
  });

  it('end a connection that answers stop, and keep its event', async () => {
    const stream = await groupOn(store.stream());
    await store.client.appendToStream(stream, testEvent(5));
    const stopping = consume(stream, (event) => event.nack('stop'));
    await eventually(() => stopping.errors.length === 1);
    expect(stopping.errors[0]?.type).toBe('persistent-subscription-dropped');
    const other = consume(stream);
    await eventually(() => other.seen.length === 1);
    await other.stop();
  });

  it('deliver two events of one id, one after the other', async () => {
    const stream = await groupOn(store.stream());
    const event = testEvent(1);
    // A batch does not look for repeats within itself.
    await store.client.appendToStream(stream, [event, event]);
    const consumer = consume(stream);
    await eventually(() => consumer.seen.length === 2);
    await eventually(async () => (await info(stream)).stats.outstandingMessagesCount === 0);
    await consumer.stop();
  });

  it('send an unanswered event again after the message timeout', async () => {
    const stream = await groupOn(store.stream(), { messageTimeout: 100 });
    await store.client.appendToStream(stream, testEvent(7));
    const consumer = consume(stream, (event) => event.retry > 0 && event.ack());
    await eventually(() => consumer.seen.length === 2);
    expect(consumer.seen.map(({ retry }) => retry)).toEqual([0, 1]);
    await consumer.stop();
  });

  it('give the events of a lost consumer to another', async () => {
    const stream = await groupOn(store.stream());
    await store.client.appendToStream(stream, testEvents(5));
    const idle = consume(stream, () => undefined);
    await eventually(() => idle.seen.length === 5);
    await idle.stop();
    const other = consume(stream);
    await eventually(() => other.seen.length === 5);
    expect(numbers(other.seen)).toEqual([0, 1, 2, 3, 4]);
    await other.stop();
  });

  it('send no more than a consumer can buffer', async () => {
    const stream = await groupOn(store.stream());
    await store.client.appendToStream(stream, testEvents(10));
    const consumer = consume(stream, () => undefined, 3);
    await eventually(() => consumer.seen.length === 3);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(consumer.seen).toHaveLength(3);
    await consumer.stop();
  });

  it('share events among consumers by strategy', async () => {
    const rotating = await groupOn(store.stream());
    const single = await groupOn(store.stream(), { consumerStrategyName: 'DispatchToSingle' });
    const counts: Record<string, number[]> = {};
    for (const stream of [rotating, single]) {
      const consumers = [consume(stream), consume(stream)];
      await eventually(async () => (await info(stream)).connections.length === 2);
      for (let n = 0; n < 10; n++) {
        await store.client.appendToStream(stream, testEvent(n));
        await eventually(() => consumers[0]!.seen.length + consumers[1]!.seen.length === n + 1);
      }
      counts[stream] = consumers.map(({ seen }) => seen.length).sort((a, b) => a - b);
      for (const consumer of consumers) await consumer.stop();
    }
    expect(counts[rotating]).toEqual([5, 5]);
    expect(counts[single]).toEqual([0, 10]);
  });

  it('refuse what does not fit', async () => {
    const { client } = store;
    const stream = await groupOn(store.stream(), { maxSubscriberCount: 1 });
    const settings = persistentSubscriptionToStreamSettingsFromDefaults();
    expect((await failureOf(client.createPersistentSubscriptionToStream(stream, 'group', settings))).type).toBe('persistent-subscription-exists');
    const missing = 'persistent-subscription-does-not-exist';
    expect((await failureOf(client.updatePersistentSubscriptionToStream(stream, 'none', settings))).type).toBe(missing);
    expect((await failureOf(client.deletePersistentSubscriptionToStream(stream, 'none'))).type).toBe(missing);
    expect((await failureOf(client.getPersistentSubscriptionToStreamInfo(stream, 'none'))).type).toBe(missing);
    expect((await failureOf(client.replayParkedMessagesToStream(stream, 'none'))).type).toBe(missing);
    const first = consume(stream);
    await eventually(async () => (await info(stream)).connections.length === 1);
    const second = consume(stream);
    await eventually(() => second.errors.length === 1);
    expect(second.errors[0]?.type).toBe('maximum-subscribers-reached');
    await first.stop();
    const nowhere = consume(store.stream());
    await eventually(() => nowhere.errors.length === 1);
    expect(nowhere.errors[0]?.type).toBe(missing);
  });

  it('drop their consumers when they are changed, restarted or deleted, and keep their place', async () => {
    const stream = await groupOn(store.stream());
    await store.client.appendToStream(stream, testEvents(3));
    const ways = [
      () =>
        store.client.updatePersistentSubscriptionToStream(
          stream,
          'group',
          persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, maxRetryCount: 5 }),
        ),
      () => store.client.restartPersistentSubscriptionSubsystem(),
      () => store.client.deletePersistentSubscriptionToStream(stream, 'group'),
    ];
    const seen: number[] = [];
    for (const way of ways) {
      const consumer = consume(stream);
      await eventually(async () => (await info(stream)).connections.length === 1);
      await eventually(async () => (await info(stream)).stats.outstandingMessagesCount === 0 && (seen.length > 0 || consumer.seen.length === 3));
      await way();
      await eventually(() => consumer.errors.length === 1);
      expect(consumer.errors[0]?.type).toBe('persistent-subscription-dropped');
      seen.push(...numbers(consumer.seen));
    }
    expect(seen).toEqual([0, 1, 2]);
  });

  it('tell about themselves', async () => {
    const stream = await groupOn(store.stream(), { maxRetryCount: 7, consumerStrategyName: 'Pinned' });
    const { settings, eventSource, groupName } = await info(stream);
    expect({ eventSource, groupName }).toEqual({ eventSource: stream, groupName: 'group' });
    expect(settings).toMatchObject({ startFrom: START, maxRetryCount: 7, consumerStrategyName: 'Pinned', messageTimeout: 30000 });
    expect(await store.client.listPersistentSubscriptionsToStream(stream)).toHaveLength(1);
    expect((await store.client.listAllPersistentSubscriptions()).length).toBeGreaterThan(1);
  });
});

describe('persistent subscriptions to $all', () => {
  it('deliver what their filter lets through, survive a restart, and keep pinned streams together', async () => {
    const prefix = store.stream('pinned');
    const settings = persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START, consumerStrategyName: 'Pinned' });
    await store.client.createPersistentSubscriptionToAll('all-group', settings, { filter: streamNameFilter({ prefixes: [prefix] }) });
    await store.restart();
    const connect = () => {
      const seen: string[] = [];
      const subscription = store.client.subscribeToPersistentSubscriptionToAll('all-group');
      subscription.on('data', (resolved) => {
        seen.push(resolved.event!.streamId);
        void subscription.ack(resolved);
      });
      return { seen, subscription };
    };
    const consumers = [connect(), connect()];
    await eventually(async () => (await store.client.getPersistentSubscriptionToAllInfo('all-group')).connections.length === 2);
    for (let n = 0; n < 40; n++) {
      await store.client.appendToStream(`${prefix}/${n % 8}`, testEvent(n));
      await store.client.appendToStream(store.stream('noise'), testEvent(n));
    }
    await eventually(() => consumers[0]!.seen.length + consumers[1]!.seen.length === 40);
    const streams = consumers.map(({ seen }) => new Set(seen));
    expect([...streams[0]!].filter((name) => streams[1]!.has(name))).toEqual([]);
    expect(streams[0]!.size + streams[1]!.size).toBe(8);
    for (const { subscription } of consumers) await subscription.unsubscribe();
  });

  it('replay parked events', async () => {
    const type = store.stream('Parked');
    const settings = persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START });
    await store.client.createPersistentSubscriptionToAll('park-all', settings, { filter: eventTypeFilter({ prefixes: [type] }) });
    const stream = store.stream();
    await store.client.appendToStream(stream, jsonEvent({ type, data: { n: 1 } }));
    const parkedCount = async () => (await store.client.getPersistentSubscriptionToAllInfo('park-all')).stats.parkedMessageCount;
    let seen = 0;
    const subscription = store.client.subscribeToPersistentSubscriptionToAll('park-all');
    subscription.on('data', (resolved) => {
      seen++;
      void (seen === 1 ? subscription.nack('park', 'later', resolved) : subscription.ack(resolved));
    });
    await eventually(async () => (await parkedCount()) === 1n);
    await store.client.replayParkedMessagesToAll('park-all');
    await eventually(async () => seen === 2 && (await parkedCount()) === 0n);
    expect(await store.client.listPersistentSubscriptionsToAll()).toEqual(
      expect.arrayContaining([expect.objectContaining({ groupName: 'park-all', eventSource: '$all' })]),
    );
    await subscription.unsubscribe();
    await store.client.deletePersistentSubscriptionToAll('park-all');
  });
});

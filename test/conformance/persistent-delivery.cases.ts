import type { EventType, Filter, Position } from '@eventstore/db-client';

import { PINNED_BY_CORRELATION, type OfficialClient } from './clients.js';
import { endConsumers, onStream, SOURCES, type Delivered } from './consumer.js';
import { collect, event, events, eventually, fresh, json, linkTo, numberOf, pause, type Cases } from './support.js';

export const persistentDelivery: Cases = (official, name) => {
  afterEach(endConsumers);

  describe.each(SOURCES)('%s', (_source, groupOn) => {
    it('it delivers the history and then what is new, each event once if acked', async () => {
      const group = groupOn(official());
      await official().append(group.stream, events(30));
      await group.create();
      const consumer = group.connect();
      await consumer.got(30);
      await official().append(group.stream, event(30));
      await consumer.got(31);
      await group.answered();
      expect(consumer.numbers()).toEqual(Array.from({ length: 31 }, (_, n) => n));
      expect(consumer.seen.every(({ retry }) => retry === 0)).toBe(true);
    });

    it('a later consumer goes on where the former stopped', async () => {
      const group = groupOn(official());
      await group.create();
      await official().append(group.stream, events(5));
      const first = group.connect();
      await first.got(5);
      await group.answered();
      await first.stop();
      await official().append(group.stream, event(5));
      const second = group.connect();
      await second.got(1);
      expect(second.numbers()).toEqual([5]);
    });

    it('groups are independent of each other', async () => {
      const stream = fresh();
      const groups = [groupOn(official(), stream), groupOn(official(), stream)];
      await official().append(stream, events(3));
      for (const group of groups) {
        await group.create();
        const consumer = group.connect();
        await consumer.got(3);
        expect(consumer.numbers()).toEqual([0, 1, 2]);
      }
    });

    it('a group may wait for a stream that is not there yet', async () => {
      const group = groupOn(official());
      await group.create();
      const consumer = group.connect();
      await eventually(async () => (await group.info()).connections.length === 1);
      await official().append(group.stream, events(2));
      await consumer.got(2);
      expect(consumer.numbers()).toEqual([0, 1]);
    });

    it.each([1, 3])('no more than %d unanswered events are with a consumer that buffers so many', async (bufferSize) => {
      const group = groupOn(official());
      await official().append(group.stream, events(10));
      await group.create();
      const consumer = group.connect(() => undefined, bufferSize);
      await consumer.got(bufferSize);
      await pause(150);
      expect(consumer.seen).toHaveLength(bufferSize);
      consumer.seen[0]!.ack();
      await consumer.got(bufferSize + 1);
    });

    it('a consumer without room for an event is refused', async () => {
      const group = groupOn(official());
      await group.create();
      const consumer = group.connect(undefined, 0);
      await eventually(() => consumer.errors.length > 0);
      expect((await group.info()).connections).toEqual([]);
    });

    it('a link that leads nowhere comes without an event, and may be answered and parked like others', async () => {
      const group = groupOn(official());
      const target = `${group.stream}-target`;
      await official().append(target, events(2));
      await official().db.deleteStream(target);
      await group.create({ resolveLinkTos: true });
      await official().append(group.stream, [linkTo(target, 0), linkTo(target, 1), linkTo(fresh(), 0)]);
      const consumer = group.connect((delivered) => {
        if (delivered.resolved.link === undefined) delivered.ack();
        else delivered.nack(delivered.resolved.link.revision === 1n ? 'park' : 'skip');
      });
      const links = (): readonly Delivered[] => consumer.seen.filter(({ resolved }) => resolved.link !== undefined);
      await eventually(() => links().length === 3);
      await group.answered();
      expect(links().map(({ resolved }) => resolved.event)).toEqual([undefined, undefined, undefined]);
      await eventually(async () => (await group.parked()) === 1);
      const [parked] = await collect(official().db.readStream<EventType>(group.parkedStream));
      expect(Buffer.from(parked!.event!.data as Uint8Array).toString()).toBe(`1@${target}`);
    });

    it('an unanswered event comes again after the message timeout, with its count', async () => {
      const group = groupOn(official());
      await official().append(group.stream, event(7));
      await group.create({ messageTimeout: 300 });
      const consumer = group.connect((delivered) => delivered.retry > 0 && delivered.ack());
      await consumer.got(2);
      expect(consumer.seen.slice(0, 2).map(({ n, retry }) => [n, retry])).toEqual([[7, 0], [7, 1]]);
    });

    it('each answer takes effect before the next: with room for ten, two tens of retried events come again before the event behind them', async () => {
      for (let round = 0; round < 8; round++) {
        const group = groupOn(official());
        await official().append(group.stream, events(41));
        await group.create();
        const consumer = group.connect((delivered) => (delivered.n < 20 || delivered.n === 40 || delivered.retry > 0 ? delivered.ack() : delivered.nack('retry')));
        await eventually(() => consumer.numbers().includes(40));
        expect(consumer.seen.filter(({ retry }) => retry > 0).map(({ n }) => n)).toEqual(Array.from({ length: 20 }, (_, n) => n + 20));
      }
    });

    it('the unanswered events of a consumer that left go to another', async () => {
      const group = groupOn(official());
      await official().append(group.stream, events(4));
      await group.create();
      const idle = group.connect(() => undefined);
      await idle.got(4);
      await idle.stop();
      const other = group.connect();
      await other.got(4);
      expect(other.seen.map(({ n, retry }) => [n, retry])).toEqual([[0, 1], [1, 1], [2, 1], [3, 1]]);
    });

    it('nothing is parked because consumers leave, however often', async () => {
      const group = groupOn(official());
      await official().append(group.stream, event(5));
      await group.create({ maxRetryCount: 0 });
      for (let retry = 0; retry < 3; retry++) {
        const idle = group.connect(() => undefined);
        await idle.got(1);
        expect(idle.seen[0]).toMatchObject({ n: 5, retry });
        await idle.stop();
        await eventually(async () => (await group.info()).connections.length === 0);
      }
      expect(await group.parked()).toBe(0);
    });

    it('events that are refused together come again in the order of the source, before what is new', async () => {
      const group = groupOn(official());
      await official().append(group.stream, events(5));
      await group.create();
      const consumer = group.connect(() => undefined, 3);
      await consumer.got(3);
      const [a, b, c] = consumer.seen as [Delivered, Delivered, Delivered];
      consumer.nack('retry', c, a, b);
      await consumer.got(6);
      expect(consumer.numbers()).toEqual([0, 1, 2, 0, 1, 2]);
    });

    it('an answer counts also when the event has gone to another consumer', async () => {
      const group = groupOn(official());
      await official().append(group.stream, event(6));
      await group.create({ messageTimeout: 2000 });
      const first = group.connect(() => undefined);
      await first.got(1);
      const second = group.connect(() => undefined);
      await second.got(1);
      first.seen[0]!.ack();
      await group.answered();
      expect((await group.info()).connections.map(({ inFlightMessages }) => inFlightMessages)).toEqual([0, 0]);
    });

    it('without any time to answer, an event comes again soon', async () => {
      const group = groupOn(official());
      await official().append(group.stream, event(7));
      await group.create({ messageTimeout: 0 });
      const consumer = group.connect((delivered) => delivered.retry > 0 && delivered.ack());
      await consumer.got(2);
      expect(consumer.seen[1]).toMatchObject({ n: 7, retry: 1 });
    });

    it('DispatchToSingle goes on with the next consumer when one is full, and stays there', async () => {
      const group = groupOn(official());
      await group.create({ consumerStrategyName: 'DispatchToSingle' });
      const first = group.connect(() => undefined, 1);
      await eventually(async () => (await group.info()).connections.length === 1);
      const second = group.connect(undefined, 1);
      await eventually(async () => (await group.info()).connections.length === 2);
      await official().append(group.stream, event(0));
      await first.got(1);
      await official().append(group.stream, event(1));
      await second.got(1);
      first.seen[0]!.ack();
      await group.answered();
      await official().append(group.stream, event(2));
      await second.got(2);
      expect([first.numbers(), second.numbers()]).toEqual([[0], [1, 2]]);
    });

    it.each<[string, number[]]>([
      ['RoundRobin', [5, 5]],
      ['DispatchToSingle', [0, 10]],
    ])('%s shares ten events among two consumers as %j', async (consumerStrategyName, expected) => {
      const group = groupOn(official());
      await group.create({ consumerStrategyName });
      const consumers = [group.connect(), group.connect()];
      await eventually(async () => (await group.info()).connections.length === 2);
      for (let n = 0; n < 10; n++) {
        await official().append(group.stream, event(n));
        await eventually(() => consumers.reduce((sum, { seen }) => sum + seen.length, 0) === n + 1);
        await group.answered();
      }
      expect(consumers.map(({ seen }) => seen.length).sort((a, b) => a - b)).toEqual(expected);
    });

    it.each(['RoundRobin', 'DispatchToSingle', 'Pinned'])('%s delivers each event to one of three consumers', async (consumerStrategyName) => {
      const group = groupOn(official());
      await group.create({ consumerStrategyName });
      const consumers = [group.connect(), group.connect(), group.connect()];
      await eventually(async () => (await group.info()).connections.length === 3);
      await official().append(group.stream, events(40));
      const all = (): number[] => consumers.flatMap((consumer) => consumer.numbers());
      await eventually(() => all().length >= 40, all);
      expect(all().sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n));
    });
  });

  it('to a stream: Pinned keeps the events of a stream with one consumer, also through links', async () => {
    const streams = Array.from({ length: 6 }, () => fresh());
    const group = onStream(official());
    await group.create({ consumerStrategyName: 'Pinned', resolveLinkTos: true });
    const consumers = [group.connect(), group.connect()];
    await eventually(async () => (await group.info()).connections.length === 2);
    for (const stream of streams) await official().append(stream, events(4));
    for (let revision = 0; revision < 4; revision++) await official().append(group.stream, streams.map((stream) => linkTo(stream, revision)));
    await eventually(() => consumers.reduce((sum, { seen }) => sum + seen.length, 0) === 24);
    for (const stream of streams) {
      const readers = consumers.filter(({ seen }) => seen.some((delivered) => delivered.stream === stream));
      expect(readers).toHaveLength(1);
      expect(readers[0]?.seen.filter((delivered) => delivered.stream === stream).map(({ n }) => n)).toEqual([0, 1, 2, 3]);
    }
  });

  it('to a stream: Pinned goes by the streams that links point to, also when they are not resolved', async () => {
    const streams = Array.from({ length: 12 }, () => fresh());
    const group = onStream(official());
    await group.create({ consumerStrategyName: 'Pinned' });
    const consumers = [group.connect(), group.connect()];
    await eventually(async () => (await group.info()).connections.length === 2);
    for (let revision = 0; revision < 3; revision++) await official().append(group.stream, streams.map((stream) => linkTo(stream, revision)));
    await eventually(() => consumers.reduce((sum, { seen }) => sum + seen.length, 0) === 36);
    const targets = consumers.map(({ seen }) => new Set(seen.map(({ resolved }) => Buffer.from(resolved.event!.data as Uint8Array).toString().split('@')[1])));
    expect([...targets[0]!].filter((stream) => targets[1]!.has(stream))).toEqual([]);
    for (const { size } of targets) expect(size).toBeGreaterThanOrEqual(4);
  });

  // The older client cannot ask for this strategy.
  if (name === '@kurrent/kurrentdb-client') {
    it.each(SOURCES)('%s: PinnedByCorrelation keeps the events of a correlation with one consumer', async (_source, groupOn) => {
      const group = groupOn(official());
      await group.create({ consumerStrategyName: PINNED_BY_CORRELATION });
      const consumers = [group.connect(), group.connect()];
      await eventually(async () => (await group.info()).connections.length === 2);
      for (let n = 0; n < 24; n++) await official().append(group.stream, json('Counted', { n }, { $correlationId: `correlation-${n % 6}` }));
      await eventually(() => consumers.reduce((sum, { seen }) => sum + seen.length, 0) === 24);
      for (let correlation = 0; correlation < 6; correlation++) {
        expect(consumers.filter((consumer) => consumer.numbers().some((n) => n % 6 === correlation))).toHaveLength(1);
      }
    });
  }

  it.each<[string, 'start' | 'end' | bigint, number[]]>([
    ['the start', 'start', [0, 1, 2, 3, 4, 9]],
    ['revision 0', 0n, [0, 1, 2, 3, 4, 9]],
    ['a revision, itself included', 3n, [3, 4, 9]],
    ['the end', 'end', [9]],
    ['a revision to come', 5n, [9]],
  ])('to a stream: it starts from %s', async (_case, startFrom, expected) => {
    const group = onStream(official());
    await official().append(group.stream, events(5));
    await official().db.createPersistentSubscriptionToStream(group.stream, group.name, official().streamSettings({ startFrom }));
    await official().append(group.stream, event(9));
    const consumer = group.connect();
    await consumer.got(expected.length);
    expect(consumer.numbers()).toEqual(expected);
  });

  it.each<[string, boolean, number[]]>([
    ['resolved', true, [2, 0]],
    ['left as they are', false, [-1, -1]],
  ])('to a stream: links are %s, and acked', async (_case, resolveLinkTos, expected) => {
    const target = fresh();
    await official().append(target, events(3));
    const group = onStream(official());
    await group.create({ resolveLinkTos });
    await official().append(group.stream, [linkTo(target, 2), linkTo(target, 0)]);
    const consumer = group.connect();
    await consumer.got(2);
    await group.answered();
    expect(consumer.numbers()).toEqual(expected);
  });

  /** Starts a group on $all and gives the numbers that it delivers, in order. */
  const consumeAll = async (startFrom: 'start' | 'end' | Position, filter: Filter): Promise<number[]> => {
    const group = fresh('group');
    await official().db.createPersistentSubscriptionToAll(group, official().allSettings({ startFrom }), { filter });
    const seen: number[] = [];
    const subscription = official().db.subscribeToPersistentSubscriptionToAll(group);
    subscription.on('data', (resolved) => {
      seen.push(numberOf(resolved));
      subscription.ack(resolved).catch((error: Error) => subscription.destroy(error));
    });
    open.push(subscription);
    return seen;
  };
  const open: { unsubscribe(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const subscription of open.splice(0)) await subscription.unsubscribe();
  });

  it.each<[string, (official: OfficialClient, part: string) => Filter, number[]]>([
    ['a stream name prefix', ({ streamNameFilter }, part) => streamNameFilter({ prefixes: [`a-${part}`] }), [0, 2]],
    ['a stream name regex', ({ streamNameFilter }, part) => streamNameFilter({ regex: `^b-${part}$` }), [1, 3]],
    ['an event type prefix', ({ eventTypeFilter }, part) => eventTypeFilter({ prefixes: [`First-${part}`] }), [0, 1]],
    ['an event type regex', ({ eventTypeFilter }, part) => eventTypeFilter({ regex: `^Second-${part}$` }), [2, 3]],
  ])('to $all: it is filtered by %s', async (_case, filterFor, expected) => {
    const part = fresh();
    const seen = await consumeAll('start', filterFor(official(), part));
    for (const [n, stream, type] of [[0, 'a', 'First'], [1, 'b', 'First'], [2, 'a', 'Second'], [3, 'b', 'Second']] as const) {
      await official().append(`${stream}-${part}`, event(n, `${type}-${part}`));
    }
    await eventually(() => seen.length >= expected.length, () => seen);
    await pause(100);
    expect(seen).toEqual(expected);
  });

  it.each<[string, (second: Position) => 'end' | Position, number[]]>([
    ['a position, itself included', (second) => second, [1, 2, 9]],
    ['the end', () => 'end', [9]],
  ])('to $all: it starts from %s', async (_case, startFrom, expected) => {
    const stream = fresh();
    await official().append(stream, event(0));
    const second = (await official().append(stream, event(1))).position!;
    await official().append(stream, event(2));
    const seen = await consumeAll(startFrom(second), official().streamNameFilter({ prefixes: [stream] }));
    await official().append(stream, event(9));
    await eventually(() => seen.length >= expected.length, () => seen);
    expect(seen).toEqual(expected);
  });
};

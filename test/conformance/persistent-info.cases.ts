import { endConsumers, onStream, SOURCES } from './consumer.js';
import { event, events, eventually, pause, type Cases } from './support.js';

/** What is told of a group and of who is connected to it. */
export const persistentInfo: Cases = (official) => {
  afterEach(endConsumers);

  describe.each(SOURCES)('%s', (source, groupOn) => {
    it('info tells source, group, status and connections', async () => {
      const group = groupOn(official());
      await group.create();
      const before = await group.info();
      expect(before).toMatchObject({ eventSource: source === 'to $all' ? '$all' : group.stream, groupName: group.name, connections: [] });
      expect(before.status).toMatch(/\S/);
      group.connect(() => undefined, 7);
      await eventually(async () => (await group.info()).connections.length === 1);
      expect((await group.info()).connections[0]).toMatchObject({ inFlightMessages: 0, availableSlots: 7 });
    });

    it('info counts what is in flight', async () => {
      const group = groupOn(official());
      await official().append(group.stream, events(4));
      await group.create();
      const consumer = group.connect(() => undefined);
      await consumer.got(4);
      const { stats, connections } = await group.info();
      expect(stats).toMatchObject({ totalInFlightMessages: 4, outstandingMessagesCount: 4, parkedMessageCount: 0n });
      expect(connections[0]).toMatchObject({ inFlightMessages: 4, availableSlots: 6, totalItems: 4n });
      for (const delivered of consumer.seen) delivered.ack();
      await group.answered();
    });

    it('info counts what came, in all and since it was asked for last', async () => {
      const group = groupOn(official());
      await official().append(group.stream, events(4));
      await group.create();
      await group.connect().got(4);
      const { stats, connections } = await group.info();
      expect(stats.totalItems).toBe(4n);
      expect(connections[0]?.totalItems).toBe(4n);
      await pause(1500);
      expect((await group.info()).stats.countSinceLastMeasurement).toBe(0n);
    });

    it('info tells how long answers took, if the group wants extra statistics', async () => {
      const [plain, extra] = [groupOn(official()), groupOn(official())];
      for (const group of [plain, extra]) {
        await official().append(group.stream, events(5));
        await group.create({ extraStatistics: group === extra });
        await group.connect().got(5);
        await group.answered();
      }
      expect((await plain.info()).connections[0]?.extraStatistics).toBeUndefined();
      const told = (await extra.info()).connections[0]!.extraStatistics!;
      const keys = ['mean', 'median', 'fastest', 'quintile 1', 'quintile 2', 'quintile 3', 'quintile 4', 'quintile 5', '90%', '95%', '99%', '99.5%', '99.9%', 'highest'];
      expect([...told.keys()]).toEqual(keys);
      expect(told.get('highest')! >= told.get('fastest')!).toBe(true);
    });
  });

  it('a new group on a stream without events is live, and has no figures yet', async () => {
    const group = onStream(official());
    await group.create();
    await eventually(async () => (await group.info()).status === 'Live');
    expect((await group.info()).stats).toEqual({
      averagePerSecond: 0,
      totalItems: 0n,
      countSinceLastMeasurement: 0n,
      readBufferCount: 0,
      liveBufferCount: 0n,
      retryBufferCount: 0,
      totalInFlightMessages: 0,
      outstandingMessagesCount: 0,
      parkedMessageCount: 0n,
      lastCheckpointedEventRevision: undefined,
      lastKnownEventRevision: undefined,
    });
  });

  it('a group that starts at the end knows of no event before the first that comes', async () => {
    const group = onStream(official());
    await official().append(group.stream, events(3));
    await official().db.createPersistentSubscriptionToStream(group.stream, group.name, official().streamSettings({ startFrom: 'end' }));
    const known = async (): Promise<unknown> => {
      const { stats } = await group.info();
      return 'lastKnownEventRevision' in stats ? stats.lastKnownEventRevision : undefined;
    };
    expect(await known()).toBeUndefined();
    await official().append(group.stream, event(3));
    await eventually(async () => (await known()) === 3n);
  });
};

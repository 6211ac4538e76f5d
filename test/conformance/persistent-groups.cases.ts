import type { PersistentSubscriptionToStreamSettings } from '@eventstore/db-client';

import { refusalOf, type Refusal } from './clients.js';
import { endConsumers, onAll, onStream, SOURCES } from './consumer.js';
import { event, events, eventually, fresh, type Cases } from './support.js';

type Settings = Omit<PersistentSubscriptionToStreamSettings, 'startFrom'>;

const DEFAULTS: Settings = {
  resolveLinkTos: false,
  extraStatistics: false,
  messageTimeout: 30_000,
  maxRetryCount: 10,
  checkPointAfter: 2_000,
  checkPointLowerBound: 10,
  checkPointUpperBound: 1_000,
  maxSubscriberCount: 'unbounded',
  liveBufferSize: 500,
  readBatchSize: 20,
  historyBufferSize: 500,
  consumerStrategyName: 'RoundRobin',
};

const OTHERS: Settings = {
  resolveLinkTos: true,
  extraStatistics: true,
  messageTimeout: 12_000,
  maxRetryCount: 3,
  checkPointAfter: 1_500,
  checkPointLowerBound: 5,
  checkPointUpperBound: 55,
  maxSubscriberCount: 4,
  liveBufferSize: 300,
  readBatchSize: 15,
  historyBufferSize: 250,
  consumerStrategyName: 'DispatchToSingle',
};

export const persistentGroups: Cases = (official) => {
  afterEach(endConsumers);

  describe.each(SOURCES)('%s', (source, groupOn) => {
    const eventSource = (stream: string): string => (source === 'to $all' ? '$all' : stream);

    it.each(Object.keys(DEFAULTS) as (keyof Settings)[])('%s has its default, and is told as it was set', async (setting) => {
      const [plain, changed] = [groupOn(official()), groupOn(official())];
      await plain.create();
      await changed.create({ [setting]: OTHERS[setting] });
      expect((await plain.info()).settings).toMatchObject({ [setting]: DEFAULTS[setting] });
      expect((await changed.info()).settings).toMatchObject({ ...DEFAULTS, [setting]: OTHERS[setting] });
    });

    it('an update changes the settings', async () => {
      const group = groupOn(official());
      await group.create();
      await group.update(OTHERS);
      expect((await group.info()).settings).toMatchObject(OTHERS);
    });

    it('an update keeps what was answered', async () => {
      const group = groupOn(official());
      await official().append(group.stream, events(3));
      await group.create();
      const before = group.connect();
      await before.got(3);
      await group.answered();
      await before.stop();
      await eventually(async () => (await group.info()).connections.length === 0);
      await group.update({ maxRetryCount: 5 });
      await official().append(group.stream, event(3));
      const after = group.connect();
      await eventually(() => after.numbers().includes(3));
      expect(after.numbers()).toEqual([3]);
    });

    it('groups are listed under their source and among all', async () => {
      const stream = fresh();
      const groups = [groupOn(official(), stream), groupOn(official(), stream)];
      for (const group of groups) await group.create();
      const { db } = official();
      const under = source === 'to $all' ? await db.listPersistentSubscriptionsToAll() : await db.listPersistentSubscriptionsToStream(stream);
      const all = await db.listAllPersistentSubscriptions();
      for (const { name } of groups) {
        const entry = expect.objectContaining({ groupName: name, eventSource: eventSource(stream) }) as unknown;
        expect(under).toContainEqual(entry);
        expect(all).toContainEqual(entry);
      }
    });

    it('a read batch has to leave room in the history buffer, of a new group and of an updated one', async () => {
      const group = groupOn(official());
      const full = { readBatchSize: 30, historyBufferSize: 30 };
      expect(await refusalOf(group.create(full))).toMatchObject({ type: 'persistent-subscription-failed', groupName: group.name });
      expect((await refusalOf(group.info())).type).toBe('persistent-subscription-does-not-exist');
      await group.create({ ...full, historyBufferSize: 31 });
      const consumer = group.connect();
      await eventually(async () => (await group.info()).connections.length === 1);
      expect((await refusalOf(group.update(full))).type).toBe('persistent-subscription-failed');
      await official().append(group.stream, event(1));
      await consumer.got(1);
      expect(consumer.errors).toEqual([]);
    });

    it('a group can be created once only', async () => {
      const group = groupOn(official());
      await group.create();
      expect((await refusalOf(group.create())).type).toBe('persistent-subscription-exists');
    });

    it('a deleted group may be created anew and starts anew', async () => {
      const group = groupOn(official());
      await official().append(group.stream, events(2));
      await group.create();
      const first = group.connect();
      await first.got(2);
      await group.answered();
      await first.stop();
      await group.remove();
      await group.create();
      const second = group.connect();
      await second.got(2);
      expect(second.numbers()).toEqual([0, 1]);
    });

    it('a deleted group leaves no parked events to the next of its name', async () => {
      const group = groupOn(official());
      await official().append(group.stream, event(0));
      await group.create();
      const parking = group.connect((delivered) => delivered.nack('park'));
      await eventually(async () => (await group.parked()) === 1);
      await parking.stop();
      await group.remove();
      await group.create();
      expect(await group.parked()).toBe(0);
    });

    it.each<[string, 'remove' | 'update']>([
      ['deleted', 'remove'],
      ['updated', 'update'],
    ])('who is connected is told when the group is %s', async (_case, action) => {
      const group = groupOn(official());
      await group.create();
      const consumer = group.connect();
      await eventually(async () => (await group.info()).connections.length === 1);
      await group[action]();
      await eventually(() => consumer.errors.length > 0);
      expect(consumer.errors).toEqual(['persistent-subscription-dropped']);
    });

    it.each<[string, (group: ReturnType<typeof groupOn>) => Promise<unknown>]>([
      ['an update', (group) => group.update()],
      ['a delete', (group) => group.remove()],
      ['info', (group) => group.info()],
      ['a replay', (group) => group.replayParked()],
    ])('%s of a group that is not there is refused', async (_case, action) => {
      const refusal: Refusal = await refusalOf(action(groupOn(official())));
      expect(refusal.type).toBe('persistent-subscription-does-not-exist');
      expect(refusal.message).toMatch(/Subscription group group-\S+ on stream \S+ does not exist/);
    });

    it('nobody can connect to a group that is not there', async () => {
      const consumer = groupOn(official()).connect();
      await eventually(() => consumer.errors.length > 0);
      expect(consumer.errors).toEqual(['persistent-subscription-does-not-exist']);
    });

    it('no more can connect than the group takes', async () => {
      const group = groupOn(official());
      await group.create({ maxSubscriberCount: 1 });
      const first = group.connect();
      await eventually(async () => (await group.info()).connections.length === 1);
      const second = group.connect();
      await eventually(() => second.errors.length > 0);
      expect(second.errors).toEqual(['maximum-subscribers-reached']);
      await first.stop();
      await eventually(async () => (await group.info()).connections.length === 0);
      const third = group.connect();
      await eventually(async () => (await group.info()).connections.length === 1);
      expect(third.errors).toEqual([]);
    });

    it('what was answered is checkpointed', async () => {
      const group = groupOn(official());
      await official().append(group.stream, events(25));
      await group.create({ checkPointAfter: 100, checkPointLowerBound: 1, checkPointUpperBound: 5 });
      await group.connect().got(25);
      const checkpoint = async (): Promise<unknown> => {
        const { stats } = await group.info();
        return 'lastCheckpointedEventRevision' in stats ? stats.lastCheckpointedEventRevision : 'lastCheckpointedEventPosition' in stats ? stats.lastCheckpointedEventPosition : undefined;
      };
      await eventually(async () => (await checkpoint()) !== undefined);
    });

    it('a restart of the subsystem keeps groups, settings and what was parked', async () => {
      const group = groupOn(official());
      await official().append(group.stream, events(2));
      await group.create({ maxRetryCount: 4 });
      const parking = group.connect((delivered) => delivered.nack('park'));
      await eventually(async () => (await group.parked()) === 2);
      await parking.stop();
      await official().db.restartPersistentSubscriptionSubsystem();
      await eventually(async () => (await group.info().catch(() => undefined)) !== undefined);
      expect((await group.info()).settings).toMatchObject({ maxRetryCount: 4 });
      await eventually(async () => (await group.parked()) === 2);
      const consumer = group.connect();
      await group.replayParked();
      await eventually(() => [0, 1].every((n) => consumer.numbers().includes(n)), () => consumer.numbers());
    });
  });

  it('a stream without groups has none to list', async () => {
    const refusal = await refusalOf(official().db.listPersistentSubscriptionsToStream(fresh()));
    expect(refusal.type).toBe('persistent-subscription-does-not-exist');
  });

  it('a stream whose groups were deleted has an empty list', async () => {
    const group = onStream(official());
    await group.create();
    await group.remove();
    expect(await official().db.listPersistentSubscriptionsToStream(group.stream)).toEqual([]);
  });

  it('all groups are listed in the order of their streams', async () => {
    const stream = fresh();
    for (const part of ['b', 'a', 'c']) await onStream(official(), `${stream}-${part}`).create();
    const all = await official().db.listAllPersistentSubscriptions();
    expect(all.map(({ eventSource }) => eventSource).filter((source) => source.startsWith(stream))).toEqual(['a', 'b', 'c'].map((part) => `${stream}-${part}`));
  });

  it('$all is no stream to make a group on, or to delete one from', async () => {
    const { db, streamSettings } = official();
    expect((await refusalOf(db.createPersistentSubscriptionToStream('$all', fresh('group'), streamSettings()))).type).toBe('unknown');
    const group = onAll(official());
    await group.create();
    expect((await refusalOf(db.deletePersistentSubscriptionToStream('$all', group.name))).type).toBe('unknown');
    await group.remove();
  });

  it('a group on $all cannot start behind the end of the log', async () => {
    const { position } = await official().append(fresh(), event(0));
    const beyond = position!.commit + 1_000_000n;
    const name = fresh('group');
    const settings = official().allSettings({ startFrom: { commit: beyond, prepare: beyond } });
    const refusal = await refusalOf(official().db.createPersistentSubscriptionToAll(name, settings));
    expect(refusal).toMatchObject({ type: 'persistent-subscription-failed', streamName: '$all', groupName: name });
  });

  it('the largest revision, and position, is the end', async () => {
    const largest = 2n ** 64n - 1n;
    const { db, streamSettings, allSettings } = official();
    const name = fresh('group');
    await db.createPersistentSubscriptionToStream(name, name, streamSettings({ startFrom: largest }));
    await db.createPersistentSubscriptionToAll(name, allSettings({ startFrom: { commit: largest, prepare: largest } }));
    expect((await db.getPersistentSubscriptionToStreamInfo(name, name)).settings).toMatchObject({ startFrom: 'end' });
    expect((await db.getPersistentSubscriptionToAllInfo(name)).settings).toMatchObject({ startFrom: 'end' });
  });

  it('what a filter refuses counts towards a checkpoint', async () => {
    const { position: startFrom } = await official().append(fresh(), event(0));
    const name = fresh('group');
    const settings = official().allSettings({ startFrom, checkPointUpperBound: 5 });
    await official().db.createPersistentSubscriptionToAll(name, settings, { filter: official().streamNameFilter({ prefixes: [name] }) });
    const subscription = official().db.subscribeToPersistentSubscriptionToAll(name);
    subscription.on('error', () => undefined).on('data', () => undefined);
    await official().append(fresh(), events(20));
    await eventually(async () => (await official().db.getPersistentSubscriptionToAllInfo(name)).stats.lastCheckpointedEventPosition !== undefined);
    await subscription.unsubscribe();
  });

  it('a group on a stream with a tombstone serves nobody', async () => {
    const group = onStream(official());
    await official().append(group.stream, event(0));
    await group.create();
    await official().db.tombstoneStream(group.stream);
    await official().db.restartPersistentSubscriptionSubsystem();
    await eventually(async () => (await group.info().catch(() => undefined)) !== undefined);
    const consumer = group.connect();
    await eventually(() => consumer.errors.length > 0);
    expect(consumer.errors).toEqual(['persistent-subscription-dropped']);
  });

  it('groups on several streams may have the same name', async () => {
    const name = fresh('group');
    const groups = [onStream(official(), fresh(), name), onStream(official(), fresh(), name)];
    for (const group of groups) await group.create();
    await official().append(groups[1]!.stream, event(8));
    const consumers = groups.map((group) => group.connect());
    await consumers[1]!.got(1);
    expect(consumers.map((consumer) => consumer.numbers())).toEqual([[], [8]]);
  });
};

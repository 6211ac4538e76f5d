import {
  AccessDeniedError, binaryEvent, type EventStoreDBClient, persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults, START, streamNameFilter, type ResolvedEvent,
} from '@eventstore/db-client';

import { SecureTestStore } from '../testing/test-secure-store.js';
import { eventually, failureOf, testEvent, testEvents } from '../testing/test-support.js';

jest.setTimeout(30_000);

const PASSWORD = 'correct horse: battery';
const store = new SecureTestStore();
let admin: EventStoreDBClient;
let ops: EventStoreDBClient;
let anna: EventStoreDBClient;
let berta: EventStoreDBClient;
beforeAll(async () => {
  await store.start();
  for (const name of ['anna', 'berta']) await store.access.users.add(name, PASSWORD);
  admin = store.first('admin');
  ops = store.first('ops');
  anna = store.client('anna', PASSWORD);
  berta = store.client('berta', PASSWORD);
});
afterAll(() => store.remove());

let streams = 0;
const newStream = (prefix = 'stream'): string => `${prefix}-${++streams}`;

async function expectDenied(promise: Promise<unknown>): Promise<void> {
  expect(await failureOf(promise)).toBeInstanceOf(AccessDeniedError);
}

describe('persistent subscriptions', () => {
  it('are made and changed by administrators and operators only', async () => {
    const stream = newStream();
    const settings = persistentSubscriptionToStreamSettingsFromDefaults();
    const toAll = persistentSubscriptionToAllSettingsFromDefaults();
    await expectDenied(anna.createPersistentSubscriptionToStream(stream, 'group', settings));
    await expectDenied(anna.createPersistentSubscriptionToAll('group', toAll));
    await ops.createPersistentSubscriptionToStream(stream, 'group', settings);
    await admin.createPersistentSubscriptionToAll('group', toAll);
    for (const act of [
      (client: EventStoreDBClient) => client.updatePersistentSubscriptionToStream(stream, 'group', settings),
      (client: EventStoreDBClient) => client.replayParkedMessagesToStream(stream, 'group'),
      (client: EventStoreDBClient) => client.restartPersistentSubscriptionSubsystem(),
      (client: EventStoreDBClient) => client.deletePersistentSubscriptionToAll('group'),
      (client: EventStoreDBClient) => client.deletePersistentSubscriptionToStream(stream, 'group'),
    ]) {
      await expectDenied(act(anna));
      await act(ops);
    }
  });

  it('are consumed by who may read the stream, and looked at by every user', async () => {
    const stream = newStream();
    await anna.appendToStream(stream, testEvents(2));
    await anna.setStreamMetadata(stream, { acl: { readRoles: ['anna'] } });
    await ops.createPersistentSubscriptionToStream(stream, 'group', persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START }));
    const failed = new Promise<Error>((resolve) =>
      berta.subscribeToPersistentSubscriptionToStream(stream, 'group').on('error', resolve).on('data', () => undefined),
    );
    expect(await failed).toBeInstanceOf(AccessDeniedError);
    for (const user of [anna, berta]) expect((await user.getPersistentSubscriptionToStreamInfo(stream, 'group')).groupName).toBe('group');
    let seen = 0;
    const subscription = anna.subscribeToPersistentSubscriptionToStream(stream, 'group');
    subscription.on('data', (resolved) => (seen++, void subscription.ack(resolved)));
    await eventually(() => seen === 2);
    const { connections } = await anna.getPersistentSubscriptionToStreamInfo(stream, 'group');
    expect(connections.map(({ username }) => username)).toEqual(['anna']);
    await subscription.unsubscribe();
  });
});

describe('a persistent subscription that resolves links', () => {
  it('does not show a consumer what that one may not see', async () => {
    const [secret, links] = [newStream('secret'), newStream('links')];
    await anna.appendToStream(secret, testEvent(1));
    await anna.setStreamMetadata(secret, { acl: { readRoles: ['anna'] } });
    await berta.appendToStream(links, binaryEvent({ type: '$>', data: Buffer.from(`0@${secret}`) }));
    const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, resolveLinkTos: true });
    for (const [group, client] of [['a', anna], ['b', berta]] as const) {
      await ops.createPersistentSubscriptionToStream(links, group, settings);
      const subscription = client.subscribeToPersistentSubscriptionToStream(links, group);
      const resolved = await new Promise<ResolvedEvent>((resolve, reject) => subscription.on('data', resolve).on('error', reject));
      expect(resolved.link?.streamId).toBe(links);
      expect(resolved.event?.streamId).toBe(client === anna ? secret : undefined);
      await subscription.ack(resolved);
      await subscription.unsubscribe();
    }
  });

  it('does not show it when it is replayed either', async () => {
    const [secret, links] = [newStream('secret'), newStream('links')];
    await anna.appendToStream(secret, testEvent(1));
    await anna.setStreamMetadata(secret, { acl: { readRoles: ['anna'] } });
    await berta.appendToStream(links, binaryEvent({ type: '$>', data: Buffer.from(`0@${secret}`) }));
    const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, resolveLinkTos: true });
    await ops.createPersistentSubscriptionToStream(links, 'group', settings);
    const subscription = berta.subscribeToPersistentSubscriptionToStream(links, 'group');
    const seen: ResolvedEvent[] = [];
    subscription.on('error', () => undefined).on('data', (resolved) => {
      seen.push(resolved);
      void subscription.nack('park', 'not now', resolved);
    });
    await eventually(async () => (await ops.getPersistentSubscriptionToStreamInfo(links, 'group')).stats.parkedMessageCount === 1n);
    await ops.replayParkedMessagesToStream(links, 'group');
    await eventually(() => seen.length === 2);
    expect(seen.map(({ event }) => event)).toEqual([undefined, undefined]);
    await subscription.unsubscribe();
  });
});

describe('a persistent subscription to $all', () => {
  it('shows what it replays to who may read $all', async () => {
    const stream = newStream('kept');
    await anna.appendToStream(stream, testEvent(1));
    await anna.setStreamMetadata(stream, { acl: { readRoles: ['anna'] } });
    await admin.setStreamMetadata('$all', { acl: { readRoles: ['berta'] } });
    const settings = persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START });
    await ops.createPersistentSubscriptionToAll('replaying', settings, { filter: streamNameFilter({ prefixes: [stream] }) });
    const subscription = berta.subscribeToPersistentSubscriptionToAll('replaying');
    const seen: (string | undefined)[] = [];
    subscription.on('error', () => undefined).on('data', (resolved) => {
      seen.push(resolved.event?.streamId);
      void (seen.length === 1 ? subscription.nack('park', 'not now', resolved) : subscription.ack(resolved));
    });
    await eventually(async () => (await ops.getPersistentSubscriptionToAllInfo('replaying')).stats.parkedMessageCount === 1n);
    await ops.replayParkedMessagesToAll('replaying');
    await eventually(() => seen.length === 2);
    expect(seen).toEqual([stream, stream]);
    await subscription.unsubscribe();
  });
});

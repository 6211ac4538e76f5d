import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import {
  AccessDeniedError, BACKWARDS, binaryEvent, EventStoreDBClient, jsonEvent, type StreamSubscription,
} from '@eventstore/db-client';
import { ServerFeaturesClient } from '@eventstore/db-client/generated/serverfeatures_grpc_pb';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb';
import { Empty } from '@eventstore/db-client/generated/shared_pb';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb';
import { DeleteReq } from '@eventstore/db-client/generated/streams_pb';
import { credentials as channelCredentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';

import { startEmbeddedEventStore } from '../index.js';
import { SecureTestStore } from '../testing/test-secure-store.js';
import { collect, eventually, failureOf, testEvent, testEvents } from '../testing/test-support.js';

jest.setTimeout(30_000);

const PASSWORD = 'correct horse: battery';
const store = new SecureTestStore();
let admin: EventStoreDBClient;
let ops: EventStoreDBClient;
let anna: EventStoreDBClient;
let berta: EventStoreDBClient;
beforeAll(async () => {
  await store.start();
  const { users } = store.access;
  await users.add('anna', PASSWORD, ['team']);
  await users.add('berta', PASSWORD);
  admin = store.first('admin');
  ops = store.first('ops');
  anna = store.client('anna', PASSWORD);
  berta = store.client('berta', PASSWORD);
});
afterAll(() => store.remove());

let streams = 0;
const newStream = (prefix = 'stream'): string => `${prefix}-${++streams}`;
/** Per-call credentials take the append call, without them the client appends in batches: both must refuse. */
const credentials = (username: string) => ({ credentials: { username, password: PASSWORD } });

const trusted = () => channelCredentials.createSsl(readFileSync(store.access.caFile));

async function expectDenied(promise: Promise<unknown>): Promise<void> {
  expect(await failureOf(promise)).toBeInstanceOf(AccessDeniedError);
}

/** Everything that can be done to a stream; rejects if it may not. */
const actions = {
  read: (client: EventStoreDBClient, stream: string) => collect(client.readStream(stream)),
  subscribe: (client: EventStoreDBClient, stream: string) => started(client.subscribeToStream(stream)),
  append: (client: EventStoreDBClient, stream: string) => client.appendToStream(stream, testEvent(1)),
  delete: (client: EventStoreDBClient, stream: string) => client.deleteStream(stream),
  tombstone: (client: EventStoreDBClient, stream: string) => client.tombstoneStream(stream),
  getMetadata: (client: EventStoreDBClient, stream: string) => client.getStreamMetadata(stream),
  setMetadata: (client: EventStoreDBClient, stream: string) => client.setStreamMetadata(stream, { maxCount: 5 }),
};

function started(subscription: StreamSubscription | ReturnType<EventStoreDBClient['subscribeToAll']>): Promise<void> {
  return new Promise((resolve, reject) => {
    subscription.on('error', reject);
    subscription.on('confirmation', () => void subscription.unsubscribe().then(resolve));
    subscription.on('data', () => undefined);
  });
}

describe('a secure start', () => {
  it('makes users whose passwords only the owner of the directory can read', () => {
    const { firstUsersFile, users } = store.access;
    for (const file of [firstUsersFile, join(store.directory, 'events.db'), join(store.directory, 'events.db-wal')]) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }
    expect(users.list()).toEqual(expect.arrayContaining([
      { name: 'admin', fullName: 'Event Store Administrator', groups: ['$admins'], disabled: false },
      { name: 'ops', fullName: 'Event Store Operations', groups: ['$ops'], disabled: false },
    ]));
    const passwords = Object.values(JSON.parse(readFileSync(firstUsersFile, 'utf8')) as Record<string, string>);
    const database = readFileSync(join(store.directory, 'events.db')).toString('latin1') + readFileSync(join(store.directory, 'events.db-wal')).toString('latin1');
    for (const password of [...passwords, PASSWORD]) expect(database).not.toContain(password);
  });

  it('keeps users, passwords and certificates over a restart', async () => {
    const other = new SecureTestStore();
    await other.start();
    const before = readFileSync(other.access.caFile, 'utf8') + readFileSync(other.access.firstUsersFile, 'utf8');
    await other.access.users.add('anna', PASSWORD);
    await other.stop();
    await other.start();
    expect(readFileSync(other.access.caFile, 'utf8') + readFileSync(other.access.firstUsersFile, 'utf8')).toBe(before);
    await other.client('anna', PASSWORD).appendToStream('stream', testEvent(1));
    expect(await collect(other.first('admin').readAll({ maxCount: 1 }))).toHaveLength(1);
    await other.remove();
  });

  it('refuses to be without TLS where strangers could reach it', async () => {
    expect((await failureOf(startEmbeddedEventStore({ directory: join(store.directory, 'x'), host: '0.0.0.0' }))).message).toContain('loopback');
  });
});

describe('credentials', () => {
  it.each([
    ['a wrong password', 'anna', 'wrong password'],
    ['an unknown user', 'nobody', PASSWORD],
  ])('refuses %s on every way in', async (_what, name, password) => {
    const client = store.client(name, password);
    await expectDenied(collect(client.readStream('stream')));
    await expectDenied(client.appendToStream('stream', testEvent(1)));
    await expectDenied(client.appendToStream('stream', testEvent(1), { credentials: { username: name, password } }));
    await expectDenied(client.deleteStream('stream'));
    await expectDenied(started(client.subscribeToStream('stream')));
    await expectDenied(client.listAllPersistentSubscriptions());
  });

  it('refuses calls without any', async () => {
    await expectDenied(collect(store.client().readStream('stream')));
    await expectDenied(store.client().appendToStream('stream', testEvent(1)));
  });

  it('tells clients without any what the server can do', async () => {
    const client = new ServerFeaturesClient(`127.0.0.1:${store.running.port}`, trusted());
    const methods = await new Promise<SupportedMethods>((resolve, reject) =>
      client.getSupportedMethods(new Empty(), (error, response) => (error === null ? resolve(response) : reject(error))),
    );
    expect(methods.getMethodsList().length).toBeGreaterThan(5);
    client.close();
  });

  it.each(['Bearer token', 'Basic', 'Basic !', 'Basic bm9jb2xvbg==', 'Basic OnNlY3JldA=='])('refuses an authorization that is no name and password: %s', async (authorization) => {
    const client = new StreamsClient(`127.0.0.1:${store.running.port}`, trusted());
    const metadata = new Metadata();
    metadata.set('authorization', authorization);
    const error = await new Promise<ServiceError | null>((resolve) => client.delete(new DeleteReq(), metadata, (failure) => resolve(failure)));
    expect(error?.code).toBe(status.UNAUTHENTICATED);
    client.close();
  });

  it('answers gossip without any', async () => {
    const { port, access } = store.running;
    const discover = EventStoreDBClient.connectionString(`esdb+discover://anna:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}?tlsCAFile=${encodeURIComponent(access!.caFile)}`);
    const stream = newStream();
    await discover.appendToStream(stream, testEvent(1));
    expect(await collect(discover.readStream(stream))).toHaveLength(1);
    await discover.dispose();
  });

  it('is found by gossip where it listens on every address', async () => {
    const other = new SecureTestStore({ host: '0.0.0.0' });
    await other.start();
    const { admin: password } = JSON.parse(readFileSync(other.access.firstUsersFile, 'utf8')) as { admin: string };
    const discover = EventStoreDBClient.connectionString(`esdb+discover://admin:${password}@127.0.0.1:${other.running.port}?tlsCAFile=${encodeURIComponent(other.access.caFile)}`);
    await discover.appendToStream('stream', testEvent(1));
    expect(await collect(discover.readStream('stream'))).toHaveLength(1);
    await discover.dispose();
    await other.remove();
  });

  it('does not talk to a client that does not trust its authority', async () => {
    const stranger = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${store.running.port}?tls=true&defaultDeadline=3000`);
    expect((await failureOf(stranger.appendToStream('stream', testEvent(1)))).message).toMatch(/certificate/);
    await stranger.dispose();
  });

  it('checks a password once for many calls', async () => {
    const stream = newStream();
    await anna.appendToStream(stream, testEvents(1), credentials('anna'));
    const begin = process.cpuUsage();
    for (let n = 0; n < 100; n++) await collect(anna.readStream(stream));
    // 100 checks would take several seconds of a core.
    expect(process.cpuUsage(begin).user).toBeLessThan(2_500_000);
  });

  it('follows changes of users at once, also on connections that are open', async () => {
    const { users } = store.access;
    const stream = newStream();
    await users.add('carl', PASSWORD);
    const carl = store.client('carl', PASSWORD);
    await carl.appendToStream(stream, testEvent(1));
    const failed = new Promise<Error>((resolve) => carl.subscribeToStream(stream).on('error', resolve).on('data', () => undefined));
    await users.setPassword('carl', 'another password');
    await expectDenied(collect(carl.readStream(stream)));
    await collect(store.client('carl', 'another password').readStream(stream));
    await users.remove('carl');
    // The batch stream and the subscription were opened with credentials that were right then.
    await expectDenied(carl.appendToStream(stream, testEvent(2)));
    await anna.appendToStream(stream, testEvent(2));
    expect(await failed).toBeInstanceOf(AccessDeniedError);
  });
});

describe('default rights', () => {
  it('open user streams to every user', async () => {
    for (const [name, act] of Object.entries(actions)) {
      const stream = newStream(name);
      await anna.appendToStream(stream, testEvent(1));
      await act(berta, stream);
    }
  });

  it.each(Object.entries(actions))('keep system streams for administrators: %s', async (name, act) => {
    const stream = newStream(`$${name}`);
    await admin.appendToStream(stream, testEvent(1));
    await expectDenied(act(anna, stream));
    await expectDenied(act(ops, stream));
    await act(admin, stream);
  });

  it('keep $all for administrators', async () => {
    await expectDenied(collect(anna.readAll({ maxCount: 1 })));
    await expectDenied(started(anna.subscribeToAll()));
    expect(await collect(admin.readAll({ maxCount: 1 }))).toHaveLength(1);
    await started(admin.subscribeToAll());
  });

  it('refuses on both ways to append', async () => {
    await expectDenied(anna.appendToStream('$x', testEvent(1)));
    await expectDenied(anna.appendToStream('$x', testEvent(1), credentials('anna')));
  });
});

describe('ACLs', () => {
  const closed = { readRoles: ['anna'], writeRoles: ['team'], deleteRoles: ['team'], metaReadRoles: ['anna'], metaWriteRoles: ['anna'] };

  it.each(Object.entries(actions))('let a user or group and no other: %s', async (name, act) => {
    const stream = newStream(name);
    await anna.appendToStream(stream, testEvent(1));
    await anna.setStreamMetadata(stream, { acl: closed });
    await expectDenied(act(berta, stream));
    await expectDenied(act(ops, stream));
    await act(anna, stream);
  });

  it('let administrators do what nobody may', async () => {
    const stream = newStream();
    const nobody = { readRoles: [], writeRoles: [], deleteRoles: [], metaReadRoles: [], metaWriteRoles: [] };
    await anna.appendToStream(stream, testEvent(1));
    await anna.setStreamMetadata(stream, { acl: nobody });
    for (const act of [actions.read, actions.append, actions.getMetadata, actions.delete]) {
      await expectDenied(act(anna, stream));
      await act(admin, stream);
    }
  });

  it('refuses in both ways to append, and after the ACL only', async () => {
    const stream = newStream();
    await Promise.all([anna.appendToStream(stream, testEvent(1)), berta.appendToStream(stream, testEvent(2))]);
    await anna.setStreamMetadata(stream, { acl: { writeRoles: ['anna'] } });
    await expectDenied(berta.appendToStream(stream, testEvent(3)));
    await expectDenied(berta.appendToStream(stream, testEvent(3), credentials('berta')));
    expect(await collect(berta.readStream(stream))).toHaveLength(2);
  });

  it('opens $all by its metadata', async () => {
    await admin.setStreamMetadata('$all', { acl: { readRoles: ['team'] } });
    expect(await collect(anna.readAll({ maxCount: 1 }))).toHaveLength(1);
    await expectDenied(collect(berta.readAll({ maxCount: 1 })));
    await admin.setStreamMetadata('$all', {});
    await expectDenied(collect(anna.readAll({ maxCount: 1 })));
  });

  it('ends a subscription whose right is taken away', async () => {
    const stream = newStream();
    await anna.appendToStream(stream, testEvent(1));
    let seen = 0;
    const failed = new Promise<Error>((resolve) => berta.subscribeToStream(stream).on('error', resolve).on('data', () => seen++));
    await eventually(() => seen === 1);
    await anna.setStreamMetadata(stream, { acl: { readRoles: ['anna'] } });
    await anna.appendToStream(stream, testEvent(2));
    expect(await failed).toBeInstanceOf(AccessDeniedError);
    expect(seen).toBe(1);
  });

  it('does not show through a link what its reader may not see', async () => {
    const [secret, links] = [newStream('secret'), newStream('links')];
    await anna.appendToStream(secret, testEvent(1));
    await anna.setStreamMetadata(secret, { acl: { readRoles: ['anna'] } });
    await berta.appendToStream(links, binaryEvent({ type: '$>', data: Buffer.from(`0@${secret}`) }));
    const byBerta = await collect(berta.readStream(links, { resolveLinkTos: true }));
    expect(byBerta).toMatchObject([{ link: { streamId: links } }]);
    expect(byBerta[0]!.event).toBeUndefined();
    const byAnna = await collect(anna.readStream(links, { resolveLinkTos: true }));
    expect(byAnna).toMatchObject([{ event: { streamId: secret }, link: { streamId: links } }]);
  });
});

describe('rules for all streams', () => {
  it('takes default ACLs from $settings', async () => {
    const event = jsonEvent({ type: 'update-default-acl', data: { $userStreamAcl: { $r: ['$all'], $w: 'team', $d: [], $mr: ['$all'], $mw: [] }, $systemStreamAcl: { $r: ['$ops'] } } });
    await admin.appendToStream('$settings', event);
    const stream = newStream();
    await anna.appendToStream(stream, testEvent(1));
    await expectDenied(berta.appendToStream(stream, testEvent(1)));
    await expectDenied(anna.deleteStream(stream));
    expect(await collect(ops.readStream('$settings'))).toHaveLength(1);
    await admin.deleteStream('$settings');
    await berta.appendToStream(stream, testEvent(1));
    await expectDenied(collect(ops.readStream('$settings')));
  });

  const policies = [{ prefix: 'order-', readers: ['$all'], writers: ['anna'], deleters: [], metaReaders: ['$all'], metaWriters: [] }];

  it('takes policies from $policies: nobody but its owner appends to a category, nobody deletes or changes metadata', async () => {
    const stream = newStream('order');
    await berta.appendToStream(stream, testEvent(1));
    await berta.setStreamMetadata(stream, { acl: { writeRoles: ['berta'], deleteRoles: ['berta'] } });
    await admin.appendToStream('$policies', jsonEvent({ type: 'policies', data: { policies } }));
    await expectDenied(berta.appendToStream(stream, testEvent(2)));
    await anna.appendToStream(stream, testEvent(2));
    for (const client of [anna, berta]) {
      for (const act of [actions.delete, actions.tombstone, actions.setMetadata]) await expectDenied(act(client, stream));
    }
    expect(await collect(berta.readStream(stream))).toHaveLength(2);
    await berta.appendToStream(newStream('offer'), testEvent(1));
    await admin.deleteStream('$policies');
    await berta.appendToStream(stream, testEvent(3));
  });

  it('lets administrators alone write policies, and none that would not be understood', async () => {
    const event = jsonEvent({ type: 'policies', data: { policies } });
    for (const client of [anna, ops]) await expectDenied(client.appendToStream('$policies', event));
    const wrong = jsonEvent({ type: 'policies', data: { policies: [{ prefix: 'order-' }] } });
    const passwords = JSON.parse(readFileSync(store.access.firstUsersFile, 'utf8')) as { admin: string };
    expect((await failureOf(admin.appendToStream('$policies', wrong))).message).toContain('$policies would not be understood');
    const single = admin.appendToStream('$policies', wrong, { credentials: { username: 'admin', password: passwords.admin } });
    expect((await failureOf(single)).message).toContain('$policies would not be understood');
    expect((await failureOf(collect(admin.readStream('$policies', { direction: BACKWARDS, maxCount: 1 })))).type).toBe('stream-not-found');
  });
});

describe('a server that lets callers without credentials in', () => {
  const open = new SecureTestStore({ allowAnonymous: true });
  beforeAll(() => open.start());
  afterAll(() => open.remove());

  it('gives them the rights of $all', async () => {
    const anonymous = open.client();
    await anonymous.appendToStream('stream', testEvent(1));
    await anonymous.setStreamMetadata('stream', { acl: { writeRoles: ['admin'] } });
    await expectDenied(anonymous.appendToStream('stream', testEvent(1)));
    expect(await collect(anonymous.readStream('stream'))).toHaveLength(1);
    await expectDenied(collect(anonymous.readAll()));
    await expectDenied(anonymous.listAllPersistentSubscriptions());
    await expectDenied(collect(open.client('admin', 'wrong').readStream('stream')));
  });
});

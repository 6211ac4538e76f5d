import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ErrorType, EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { ensureAdministrator, type EmbeddedEventStore, type Refusal, startEmbeddedEventStore } from '@slipway/embedded-event-store';
import { STREAMS } from '@slipway/kernel';
import { categoriesKeptApart } from './categories-kept-apart.js';
import { hasErrorType } from './client-errors.js';
import { withCredentials } from './connection-string.js';
import { EVENT_STORE_IDENTITIES, userOf } from './rights.js';
import { setUpAccess } from './set-up-access.js';
import { collect } from './testing.js';

const ADMIN = { user: 'slipway-admin', password: 'an administrator' };
const ROW = Math.random().toString(36).slice(2);
const event = () => jsonEvent({ type: 'Tried', data: {} });

/** A stream of each kind, and the one service that appends to it. */
const OWNED = Object.entries(STREAMS).flatMap(([owner, prefixes]) => prefixes.map((prefix) => ({ stream: `${prefix}${ROW}`, owner, readable: true })));
const KINDS: readonly { stream: string; owner?: string; readable: boolean }[] = [
  ...OWNED,
  // A name that only begins like a category, and one of none.
  { stream: `candidates${ROW}`, readable: true },
  { stream: `thing-${ROW}`, readable: true },
  { stream: '$settings', readable: false },
  { stream: '$policies', readable: false },
];

type Action = (client: EventStoreDBClient, stream: string) => Promise<unknown>;
const ACTIONS: Readonly<Record<string, Action>> = {
  append: (client, stream) => client.appendToStream(stream, event()),
  delete: (client, stream) => client.deleteStream(stream),
  tombstone: (client, stream) => client.tombstoneStream(stream),
  'set metadata': (client, stream) => client.setStreamMetadata(stream, { truncateBefore: 1 }),
  'append metadata': (client, stream) => client.appendToStream(`$$${stream}`, jsonEvent({ type: '$metadata', data: { $acl: { $w: '$all' } } })),
  read: (client, stream) => collect(client.readStream(stream)),
};

const denied = async (work: Promise<unknown>): Promise<boolean> => {
  try {
    await work;
    return false;
  } catch (error) {
    if (hasErrorType(error, ErrorType.ACCESS_DENIED)) return true;
    throw error;
  }
};

describe('the rights in an event store', () => {
  const directory = mkdtempSync(join(tmpdir(), 'event-store-rights-'));
  const passwords = new Map<string, string>();
  const folder = { get: (identity: string) => passwords.get(identity), keep: (identity: string, password: string) => void passwords.set(identity, password) };
  const refusals: Refusal[] = [];
  const clients: EventStoreDBClient[] = [];
  let server: EmbeddedEventStore;
  let admin: EventStoreDBClient;

  const clientOf = (user: string, password: string): EventStoreDBClient => {
    const client = EventStoreDBClient.connectionString(withCredentials(server.connectionString, { user, password }));
    clients.push(client);
    return client;
  };
  const of = (identity: string): EventStoreDBClient => clientOf(userOf(identity), passwords.get(identity)!);
  const address = (identity: string): string => withCredentials(server.connectionString, { user: userOf(identity), password: passwords.get(identity)! });

  beforeAll(async () => {
    await ensureAdministrator(directory, ADMIN.user, ADMIN.password);
    server = await startEmbeddedEventStore({ directory, tls: true, onRefused: (refusal) => refusals.push(refusal) });
    await setUpAccess(withCredentials(server.connectionString, ADMIN), folder);
    admin = clientOf(ADMIN.user, ADMIN.password);
    for (const { stream } of KINDS) if (!stream.startsWith('$')) await admin.appendToStream(stream, event());
  }, 30_000);

  afterAll(async () => {
    for (const client of clients) await client.dispose();
    await server.close();
    rmSync(directory, { recursive: true });
  });

  it('hold for every user, every kind of stream and every action', async () => {
    const wrong: string[] = [];
    let cells = 0;
    for (const identity of EVENT_STORE_IDENTITIES) {
      const client = of(identity);
      for (const { stream, owner, readable } of KINDS) {
        for (const [name, act] of Object.entries(ACTIONS)) {
          const allowed = name === 'read' ? readable : name === 'append' && owner === identity;
          cells++;
          if ((await denied(act(client, stream))) === allowed) wrong.push(`${identity} ${allowed ? 'can not' : 'can'} ${name} ${stream}`);
        }
      }
    }
    process.stdout.write(`event store rights: ${cells} cells, ${wrong.length} wrong\n`);
    expect(wrong).toEqual([]);
    expect(cells).toBe(EVENT_STORE_IDENTITIES.length * KINDS.length * Object.keys(ACTIONS).length);
  }, 60_000);

  it.each(EVENT_STORE_IDENTITIES)('%s reads the whole log', async (identity) => {
    expect((await collect(of(identity).readAll({ maxCount: 3 }))).length).toBe(3);
  });

  it('let nobody in without a user, or with a wrong password', async () => {
    const strangers = [EventStoreDBClient.connectionString(server.connectionString), clientOf(userOf('planning'), passwords.get('build')!), clientOf('slipway-nobody', 'a password')];
    clients.push(strangers[0]!);
    for (const stranger of strangers) {
      for (const act of Object.values(ACTIONS)) expect(await denied(act(stranger, OWNED[0]!.stream))).toBe(true);
      expect(await denied(collect(stranger.readAll({ maxCount: 1 })))).toBe(true);
    }
  }, 60_000);

  it('a refused append is told once, with who and what', async () => {
    refusals.length = 0;
    const stream = OWNED.find(({ owner }) => owner === 'planning')!.stream;
    expect(await denied(of('build').appendToStream(stream, event()))).toBe(true);
    expect(await denied(of('build').appendToStream(stream, event(), { credentials: { username: userOf('build'), password: passwords.get('build')! } }))).toBe(true);
    expect(refusals).toEqual([1, 2].map(() => ({ user: 'slipway-build', operation: 'write', stream })));
  });

  it('no service removes a group of another; all are there', async () => {
    const planning = of('planning');
    expect(await denied(planning.deletePersistentSubscriptionToAll('build-reactors'))).toBe(true);
    expect((await planning.listAllPersistentSubscriptions()).map(({ groupName }) => groupName).sort()).toEqual(
      Object.keys(STREAMS).flatMap((service) => [`${service}-facts`, `${service}-reactors`]).sort(),
    );
  });

  it('being set up again changes nothing, and makes a lost password anew', async () => {
    const before = { policies: await collect(admin.readStream('$policies')), settings: await collect(admin.readStream('$settings')) };
    const kept = new Map(passwords);
    passwords.delete('query');
    await setUpAccess(withCredentials(server.connectionString, ADMIN), folder);
    expect(await collect(admin.readStream('$policies'))).toEqual(before.policies);
    expect(await collect(admin.readStream('$settings'))).toEqual(before.settings);
    expect(passwords.get('query')).not.toBe(kept.get('query'));
    expect(new Map(passwords).set('query', kept.get('query')!)).toEqual(kept);
    expect((await collect(of('query').readAll({ maxCount: 1 }))).length).toBe(1);
  });

  it('are seen to hold, and not to hold where no stream policy does', async () => {
    expect(await categoriesKeptApart(address)).toBe(true);
    await admin.appendToStream('$policies', jsonEvent({ type: '$policy-updated', data: { policies: [] } }));
    expect(await categoriesKeptApart(address)).toBe(false);
    // The default ACL is what is left: services write, readers and strangers do not, and nobody deletes.
    const { stream } = OWNED[0]!;
    expect(await denied(of('build').appendToStream(stream, event()))).toBe(false);
    expect(await denied(of('query').appendToStream(stream, event()))).toBe(true);
    expect(await denied(of('planning').deleteStream(stream))).toBe(true);
    expect(await denied(of('planning').setStreamMetadata(stream, { truncateBefore: 1 }))).toBe(true);
    expect((await collect(of('audit').readAll({ maxCount: 1 }))).length).toBe(1);
    await setUpAccess(withCredentials(server.connectionString, ADMIN), folder);
    expect(await categoriesKeptApart(address)).toBe(true);
  });
});

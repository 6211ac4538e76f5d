import { type EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { STREAMS } from '@slipway/kernel';
import { categoriesKeptApart } from './categories-kept-apart.js';
import { claimStreams } from './claim-streams.js';
import { withCredentials } from './connection-string.js';
import { denied, GuardedServer, tried } from './rights.fixtures.js';
import { EVENT_STORE_IDENTITIES, userOf } from './rights.js';
import { collect, newEvent } from './testing.js';

/** A stream of each kind, and the one service that appends to it. */
interface Kind {
  readonly stream: string;
  readonly owner?: string;
  readonly readable: boolean;
}

const unique = () => Math.random().toString(36).slice(2);
const ROW = unique();
const OWNED = Object.entries(STREAMS).flatMap(([owner, prefixes]) => prefixes.map((prefix) => ({ stream: `${prefix}${ROW}`, owner, readable: true })));
/** A name that only begins like a category, and one of none. */
const UNOWNED: readonly Kind[] = [
  { stream: `candidates${ROW}`, readable: true },
  { stream: `thing-${ROW}`, readable: true },
];
const SYSTEM: readonly Kind[] = [
  { stream: '$settings', readable: false },
  { stream: '$policies', readable: false },
];
const ADMINISTRATORS_ONLY = { readRoles: ['slipway'], writeRoles: ['$admins'], deleteRoles: ['$admins'], metaReadRoles: ['slipway'], metaWriteRoles: ['$admins'] };

type Action = (client: EventStoreDBClient, stream: string) => Promise<unknown>;
const ACTIONS: Readonly<Record<string, Action>> = {
  append: (client, stream) => client.appendToStream(stream, tried()),
  delete: (client, stream) => client.deleteStream(stream),
  tombstone: (client, stream) => client.tombstoneStream(stream),
  'set metadata': (client, stream) => client.setStreamMetadata(stream, { truncateBefore: 1 }),
  'append metadata': (client, stream) => client.appendToStream(`$$${stream}`, jsonEvent({ type: '$metadata', data: { $acl: { $w: '$all' } } })),
  read: (client, stream) => collect(client.readStream(stream)),
};


const isOwner = (identity: string): boolean => identity in STREAMS;

let guarded: GuardedServer;
let admin: EventStoreDBClient;

/** Each user does everything to each stream. Returns what went against `allowed`, in words. */
async function tryAll(kinds: readonly Kind[], nameOf: (kind: Kind) => string, allowed: (identity: string, action: string, kind: Kind) => boolean): Promise<{ cells: number; wrong: string[] }> {
  const wrong: string[] = [];
  let cells = 0;
  for (const identity of EVENT_STORE_IDENTITIES) {
    const client = guarded.as(identity);
    for (const kind of kinds) {
      for (const [name, act] of Object.entries(ACTIONS)) {
        const may = allowed(identity, name, kind);
        cells++;
        if ((await denied(act(client, nameOf(kind)))) === may) wrong.push(`${identity} ${may ? 'can not' : 'can'} ${name} ${kind.stream}`);
      }
    }
  }
  return { cells, wrong };
}

async function start(by: 'policies' | 'claims'): Promise<void> {
  guarded = await GuardedServer.start();
  admin = guarded.client(guarded.administrator);
  if (by === 'claims') {
    await guarded.forgetPolicies();
    await claimStreams(guarded.administrator);
  }
  for (const { stream, owner } of OWNED) await guarded.store(owner).append(stream, [newEvent()], 'no-stream');
  for (const { stream } of UNOWNED) {
    await admin.appendToStream(stream, tried());
    if (by === 'claims') await admin.setStreamMetadata(stream, { acl: ADMINISTRATORS_ONLY });
  }
}

describe.each(['policies', 'claims'] as const)('the rights in an event store, by %s', (by) => {
  beforeAll(() => start(by), 30_000);
  afterAll(() => guarded.stop());

  it('hold for every user, every kind of stream that is there, and every action', async () => {
    const kinds = [...OWNED, ...UNOWNED, ...SYSTEM];
    const { cells, wrong } = await tryAll(kinds, ({ stream }) => stream, (identity, action, { owner, readable }) => (action === 'read' ? readable : action === 'append' && owner === identity));
    process.stdout.write(`event store rights by ${by}, streams that are there: ${cells} cells, ${wrong.length} wrong\n`);
    expect(wrong).toEqual([]);
    expect(cells).toBe(EVENT_STORE_IDENTITIES.length * kinds.length * Object.keys(ACTIONS).length);
  }, 60_000);

  it(by === 'policies' ? 'hold as well for streams that are not there' : 'leave open who claims a stream that is not there: any service that owns some; before, nobody appends', async () => {
    const kinds = [...OWNED, ...UNOWNED];
    const writes = (identity: string, action: string, owner?: string) =>
      by === 'policies' ? action === 'append' && owner === identity : action.endsWith('metadata') && isOwner(identity);
    const { cells, wrong } = await tryAll(kinds, ({ stream }) => `${stream}${unique()}`, (identity, action, { owner }) => action === 'read' || writes(identity, action, owner));
    process.stdout.write(`event store rights by ${by}, streams that are not there: ${cells} cells, ${wrong.length} wrong\n`);
    expect(wrong).toEqual([]);
    expect(cells).toBe(EVENT_STORE_IDENTITIES.length * kinds.length * Object.keys(ACTIONS).length);
  }, 60_000);

  it.each(EVENT_STORE_IDENTITIES)('%s reads the whole log', async (identity) => {
    expect((await collect(guarded.as(identity).readAll({ maxCount: 3 }))).length).toBe(3);
  });

  it('let nobody in without a user, or with a wrong password', async () => {
    const { connectionString } = guarded.server;
    const as = (user: string, password: string) => guarded.client(withCredentials(connectionString, { user, password }));
    for (const stranger of [guarded.client(connectionString), as(userOf('planning'), guarded.passwords.get('build')!), as('slipway-nobody', 'a password')]) {
      for (const act of Object.values(ACTIONS)) expect(await denied(act(stranger, OWNED[0]!.stream))).toBe(true);
      expect(await denied(collect(stranger.readAll({ maxCount: 1 })))).toBe(true);
    }
  }, 60_000);

  it('are seen to hold by trying', async () => {
    expect(await categoriesKeptApart(guarded.address)).toBe(by);
  });
});

describe('the rights in an event store', () => {
  beforeAll(() => start('policies'), 30_000);
  afterAll(() => guarded.stop());

  it('a refused append is told once, with who and what', async () => {
    const { passwords, refusals } = guarded;
    refusals.length = 0;
    const stream = OWNED.find(({ owner }) => owner === 'planning')!.stream;
    expect(await denied(guarded.as('build').appendToStream(stream, tried()))).toBe(true);
    expect(await denied(guarded.as('build').appendToStream(stream, tried(), { credentials: { username: userOf('build'), password: passwords.get('build')! } }))).toBe(true);
    expect(refusals).toEqual([1, 2].map(() => ({ user: 'slipway-build', operation: 'write', stream })));
  });

  it('no service removes a group of another; all are there', async () => {
    const planning = guarded.as('planning');
    expect(await denied(planning.deletePersistentSubscriptionToAll('build-reactors'))).toBe(true);
    expect((await planning.listAllPersistentSubscriptions()).map(({ groupName }) => groupName).sort()).toEqual(
      Object.keys(STREAMS).flatMap((service) => [`${service}-facts`, `${service}-reactors`]).sort(),
    );
  });

  it('being set up again changes nothing, and makes a lost password anew', async () => {
    const { passwords } = guarded;
    const before = { policies: await collect(admin.readStream('$policies')), settings: await collect(admin.readStream('$settings')) };
    const kept = new Map(passwords);
    passwords.delete('query');
    await guarded.setUp();
    expect(await collect(admin.readStream('$policies'))).toEqual(before.policies);
    expect(await collect(admin.readStream('$settings'))).toEqual(before.settings);
    expect(passwords.get('query')).not.toBe(kept.get('query'));
    expect(new Map(passwords).set('query', kept.get('query')!)).toEqual(kept);
    expect((await collect(guarded.as('query').readAll({ maxCount: 1 }))).length).toBe(1);
  });

  it('are seen to hold, and not to hold where no stream policy does', async () => {
    expect(await categoriesKeptApart(guarded.address)).toBe('policies');
    await guarded.forgetPolicies();
    expect(await categoriesKeptApart(guarded.address)).toBe('nothing');
    // The default ACL is what is left: services write, readers and strangers do not, and nobody deletes.
    const { stream } = OWNED[0]!;
    expect(await denied(guarded.as('build').appendToStream(stream, tried()))).toBe(false);
    expect(await denied(guarded.as('query').appendToStream(stream, tried()))).toBe(true);
    expect(await denied(guarded.as('planning').deleteStream(stream))).toBe(true);
    expect(await denied(guarded.as('planning').setStreamMetadata(stream, { truncateBefore: 1 }))).toBe(true);
    expect((await collect(guarded.as('audit').readAll({ maxCount: 1 }))).length).toBe(1);
    await guarded.setUp();
    expect(await categoriesKeptApart(guarded.address)).toBe('policies');
  });
});

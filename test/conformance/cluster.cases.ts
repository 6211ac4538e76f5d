import { connect, refusalOf, type OfficialClient } from './clients.js';
import { endConsumers, onStream } from './consumer.js';
import { endSubscriptions, listen } from './listener.js';
import { loadProtocol, type Protocol } from './protocol.js';
import { openRawCalls, type RawCalls } from './raw-calls.js';
import { event, events, eventually, fresh, json, numbersIn, pause, type Cases } from './support.js';
import { addressOf, connectionStringFor, target } from './targets.js';

/** In the protocol's list of states. */
const LEADER = 8;

/** What the clients look for before they call. */
const METHODS: readonly [service: string, method: string, ...features: string[]][] = [
  ['event_store.client.streams.streams', 'read', 'position', 'events'],
  ['event_store.client.streams.streams', 'append'],
  ['event_store.client.streams.streams', 'batchappend', 'deadline_duration'],
  ['event_store.client.streams.streams', 'delete'],
  ['event_store.client.streams.streams', 'tombstone'],
  ...['create', 'update', 'delete', 'read', 'getinfo', 'list', 'replayparked'].map(
    (method): [string, string, ...string[]] => ['event_store.client.persistent_subscriptions.persistentsubscriptions', method, 'stream', 'all'],
  ),
  ['event_store.client.persistent_subscriptions.persistentsubscriptions', 'restartsubsystem', 'stream', 'all'],
  ['event_store.client.users.users', 'create'],
  ['event_store.client.users.users', 'details'],
  ['event_store.client.gossip.gossip', 'read'],
  ['event_store.client.server_features.serverfeatures', 'getsupportedmethods'],
];

/** A target's services that need no credentials. */
function describeAnonymous(name: Parameters<Cases>[1], connectionString: () => string): void {
  let raw: RawCalls;
  let protocol: Protocol;
  beforeAll(async () => {
    raw = openRawCalls(connectionString());
    protocol = await loadProtocol(name);
  });
  afterAll(() => raw.close());

  it('gossip names a living leader, with the address to reach it', async () => {
    const members = (await raw.call(protocol.GossipService.read, new protocol.Empty())).getMembersList();
    const leaders = members.filter((member) => Number(member.getState()) === LEADER);
    expect(leaders).toHaveLength(1);
    expect(leaders[0]!.getIsAlive()).toBe(true);
    expect(leaders[0]!.getHttpEndPoint()!.getAddress()).toMatch(/\S/);
    expect(leaders[0]!.getHttpEndPoint()!.getPort()).toBeGreaterThan(0);
  });

  it('server features name a version of three numbers', async () => {
    const features = await raw.call(protocol.ServerFeaturesService.getSupportedMethods, new protocol.Empty());
    expect(features.getEventStoreServerVersion()).toMatch(/^\d+\.\d+\.\d+/);
  });

  it.each(METHODS)('server features name %s/%s', async (service, method, ...features) => {
    const supported = await raw.call(protocol.ServerFeaturesService.getSupportedMethods, new protocol.Empty());
    const found = supported.getMethodsList().find((one) => one.getServiceName() === service && one.getMethodName() === method);
    expect(found?.getFeaturesList()).toEqual(expect.arrayContaining(features));
  });
}

export const cluster: Cases = (official, name) => {
  afterEach(async () => {
    await endSubscriptions();
    await endConsumers();
  });

  describe('without credentials', () => {
    describeAnonymous(name, () => connectionStringFor(target.connectionString()));
    if (target.hasSecure()) describe('and with TLS', () => describeAnonymous(name, () => connectionStringFor(target.secure())));
  });

  /** Connects with other options, and is gone after the case. */
  const during = async (change: (connectionString: string) => string, check: (other: OfficialClient) => Promise<void>): Promise<void> => {
    const other = await connect(name, change(target.connectionString()));
    try {
      await check(other);
    } finally {
      await other.db.dispose();
    }
  };
  const withOption = (option: string) => (given: string): string => `${given}${given.includes('?') ? '&' : '?'}${option}`;
  const roundTrip = async (other: OfficialClient): Promise<void> => {
    const stream = fresh();
    await other.append(stream, events(3));
    expect(await numbersIn(other, stream)).toEqual([0, 1, 2]);
  };

  it('a client that discovers the cluster finds the server that it asked', () => {
    const discovering = (given: string): string => given.replace(/^(\w+):/, '$1+discover:');
    return during(discovering, roundTrip);
  });

  it('a client that is given several servers takes the one that lives', () => {
    const { authority } = addressOf(target.connectionString());
    return during((given) => given.replace(authority, `${authority},${authority}`), roundTrip);
  });

  it.each(['leader', 'follower', 'random'])('a client that prefers a %s is served by the only server that there is', (preference) =>
    during((given) => withOption(`nodePreference=${preference}`)(given.replace(/^(\w+):/, '$1+discover:')), roundTrip));

  it('whoever requires a leader is served by it', async () => {
    const stream = fresh();
    const { db } = official();
    await official().append(stream, events(2));
    expect(await numbersIn(official(), stream, { requiresLeader: true })).toEqual([0, 1]);
    const listener = listen(db.subscribeToStream(stream, { requiresLeader: true }));
    await listener.heard('caught up');
    await db.deleteStream(stream, { requiresLeader: true });
    expect((await refusalOf(numbersIn(official(), stream, { requiresLeader: true }))).type).toBe('stream-not-found');
  });

  it('the name of a connection is told to who asks for the consumers of a group', () =>
    during(withOption('connectionName=conformance-consumer'), async (other) => {
      const group = onStream(other);
      await group.create();
      group.connect();
      await eventually(async () => (await group.info()).connections.length === 1);
      expect((await group.info()).connections[0]).toMatchObject({ connectionName: 'conformance-consumer' });
      await endConsumers();
    }));

  it('a connection that is asked every second whether it lives stays open', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    await during(withOption('keepAliveInterval=1000&keepAliveTimeout=1000'), async (other) => {
      const stream = fresh();
      const listener = listen(other.db.subscribeToStream(stream));
      await listener.heard('caught up');
      await pause(2500);
      await other.append(stream, event(0));
      await listener.heard(0);
      expect(listener.notes).toEqual(['confirmation', 'caught up', 0]);
      await endSubscriptions();
    });
    warn.mockRestore();
  });

  it('an append whose deadline has passed is refused, and the next one is not', async () => {
    const stream = fresh();
    expect((await refusalOf(official().appendWithin(-1000, stream, [event(0)]))).type).toBe('deadline-exceeded');
    expect((await official().append(stream, event(1), 'no_stream')).nextExpectedRevision).toBe(0n);
  });

  it('an append that is too late and too large is late', async () => {
    const large = Array.from({ length: 20 }, () => json('Large', 'x'.repeat(100_000)));
    expect((await refusalOf(official().appendWithin(-1000, fresh(), large))).type).toBe('deadline-exceeded');
  });

  // The newer client does not tell the server that it gave up, and its connection fills up.
  if (name === '@eventstore/db-client') {
    it('a read that is given up in its midst leaves the connection to others', async () => {
      const stream = fresh();
      await official().append(stream, events(2000));
      for (let round = 0; round < 20; round++) {
        const reading = official().db.readStream(stream)[Symbol.asyncIterator]();
        await reading.next();
        await reading.return?.();
      }
      expect(await numbersIn(official(), stream)).toHaveLength(2000);
    });
  }

  it('subscriptions that are given up in their midst leave the connection to others', async () => {
    const stream = fresh();
    await official().append(stream, events(2000));
    for (let round = 0; round < 20; round++) {
      const listener = listen(official().db.subscribeToStream(stream));
      await listener.heard('confirmation');
      await endSubscriptions();
    }
    const last = listen(official().db.subscribeToStream(stream));
    await last.heard('caught up');
    expect(last.numbers()).toHaveLength(2000);
  });

  it('a hundred subscriptions on one connection all hear what is new', async () => {
    const stream = fresh();
    const listeners = Array.from({ length: 100 }, () => listen(official().db.subscribeToStream(stream)));
    await Promise.all(listeners.map((listener) => listener.heard('caught up')));
    await official().append(stream, event(5));
    await Promise.all(listeners.map((listener) => listener.heard(5)));
  });

  it('calls that go on at once do not wait for each other', async () => {
    const stream = fresh();
    await official().append(stream, events(500));
    const answers = await Promise.all([
      ...Array.from({ length: 20 }, () => numbersIn(official(), stream)),
      ...Array.from({ length: 20 }, async (_, n) => (await official().append(`${stream}-${n}`, events(2)), numbersIn(official(), `${stream}-${n}`))),
    ]);
    expect(answers.map(({ length }) => length)).toEqual([...Array<number>(20).fill(500), ...Array<number>(20).fill(2)]);
  });
};

import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreDBClient } from '@eventstore/db-client';
import { connectEventStore, type EventStore, type NewEvent } from '@slipway/event-store';
import type { EventStoreIdentity } from '@slipway/event-store/access';
import { Rig } from './rig.js';

interface Line {
  readonly level?: number;
  readonly user?: string;
  readonly operation?: string;
  readonly stream?: string;
}

const event = (): NewEvent => ({
  id: randomUUID(),
  type: 'Tried',
  data: {},
  metadata: { $correlationId: 'c', $causationId: 'c', actor: 'person:mallory', commandDigest: 'sha256:0', schema: 1 },
});

describe('from somebody with the credentials of one service for the event store', () => {
  let rig: Rig;
  let data: string;
  const stores: EventStore[] = [];
  const clients: EventStoreDBClient[] = [];

  beforeAll(async () => {
    rig = await Rig.start('event-store');
    data = join(rig.directory, 'platform');
  }, 60_000);

  afterAll(async () => {
    for (const store of stores) await store.close();
    for (const client of clients) await client.dispose();
    await rig.stop();
  }, 30_000);

  const storeOf = (connectionString: string): EventStore => {
    const store = connectEventStore({ connectionString });
    stores.push(store);
    return store;
  };
  const clientOf = (identity: EventStoreIdentity): EventStoreDBClient => {
    const client = EventStoreDBClient.connectionString(rig.platform.eventStoreAddress(identity));
    clients.push(client);
    return client;
  };

  /** What the server logged of a stream; a moment is given to lines that must not come. */
  async function refusals(stream: string): Promise<Line[]> {
    await sleep(200);
    const lines = readFileSync(join(data, 'logs/event-store.log'), 'utf8').split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Line);
    return lines.filter((line) => line.stream === stream);
  }

  it.each<[EventStoreIdentity, string]>([
    ['build', 'application-mallory/a'],
    ['build', 'review-mallory/a'],
    ['planning', 'target-mallory/a'],
    ['deployment', 'review-mallory/b'],
    ['admission', 'release-mallory/a'],
    ['query', 'freeze-mallory'],
    ['audit', 'build-mallory/a'],
    ['operator', 'exception-mallory'],
    ['operator', 'thing-mallory'],
  ])('%s appending to %s is refused, and logged once with who and what', async (identity, stream) => {
    await expect(storeOf(rig.platform.eventStoreAddress(identity)).append(stream, [event()], 'no-stream')).rejects.toMatchObject({ type: 'access-denied' });
    expect(await refusals(stream)).toEqual([expect.objectContaining({ level: 40, user: `slipway-${identity}`, operation: 'write', stream })]);
  });

  it.each<[string, (client: EventStoreDBClient, stream: string) => Promise<unknown>, Line]>([
    ['deleting an own stream', (client, stream) => client.deleteStream(stream), { operation: 'delete' }],
    ['ending an own stream for good', (client, stream) => client.tombstoneStream(stream), { operation: 'tombstone' }],
    ['hiding what is in an own stream', (client, stream) => client.setStreamMetadata(stream, { truncateBefore: 9 }), { operation: 'write' }],
  ])('%s is refused, and logged once', async (_what, attack, expected) => {
    const stream = `build-mallory/${expected.operation}`;
    const build = clientOf('build');
    await build.appendToStream(stream, { ...event(), contentType: 'application/json' } as never);
    await expect(attack(build, stream)).rejects.toMatchObject({ type: 'access-denied' });
    const lines = [...(await refusals(stream)), ...(await refusals(`$$${stream}`))];
    expect(lines).toEqual([expect.objectContaining({ user: 'slipway-build', ...expected })]);
  });

  it('nobody gets in without credentials, or with those of nobody', async () => {
    const { eventStore } = rig.platform.connections;
    for (const address of [eventStore, eventStore.replace('://', '://slipway-build:wrong-password@'), eventStore.replace('://', '://admin:changeit@')]) {
      const store = storeOf(address);
      await expect(store.head()).rejects.toMatchObject({ type: 'access-denied' });
      await expect(store.append('build-mallory/b', [event()], 'no-stream')).rejects.toMatchObject({ type: 'access-denied' });
    }
  });

  it('the rules are out of reach', async () => {
    const build = clientOf('build');
    for (const stream of ['$policies', '$settings', '$$$all', '$$application-mallory/a']) {
      await expect(build.appendToStream(stream, { ...event(), contentType: 'application/json' } as never)).rejects.toMatchObject({ type: 'access-denied' });
    }
  });

  it('nothing of all this is in the log but what an owner appended', async () => {
    const streams: string[] = [];
    for await (const { stream } of storeOf(rig.platform.eventStoreAddress('operator')).readAll()) streams.push(stream);
    expect(streams.sort()).toEqual(['build-mallory/delete', 'build-mallory/tombstone', 'build-mallory/write']);
  });

  it('passwords are for their owner alone, and nowhere in what the platform shows and logs', () => {
    const keys = rig.platform.connections.eventStoreKeys;
    expect(statSync(keys).mode & 0o777).toBe(0o700);
    const passwords = readdirSync(keys).map((name) => {
      expect(statSync(join(keys, name)).mode & 0o777).toBe(0o600);
      return readFileSync(join(keys, name), 'utf8').trim();
    });
    expect(passwords).toHaveLength(8);
    const shown = [JSON.stringify(rig.platform.connections), ...[join(data, 'platform.json'), ...readdirSync(join(data, 'logs')).map((name) => join(data, 'logs', name))].map((file) => readFileSync(file, 'utf8'))].join('\n');
    for (const password of passwords) expect(shown).not.toContain(password);
  });
});

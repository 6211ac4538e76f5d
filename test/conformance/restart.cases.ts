import { exec } from 'node:child_process';
import { promisify } from 'node:util';

import type { AppendExpectedRevision, Position } from '@eventstore/db-client';

import { connect, refusalOf, type ClientName, type OfficialClient } from './clients.js';
import { endConsumers, SOURCES, type Group } from './consumer.js';
import { endSubscriptions, listen } from './listener.js';
import { APPEND_CALLS, collect, event, events, eventually, fresh, knownCredentials, numbersIn, type Cases } from './support.js';
import { target } from './targets.js';

const RESTART_MS = 120_000;

type Check = (after: OfficialClient) => Promise<void>;
/** What is done before the restart. It resolves with what must hold after it. */
type Before = (before: OfficialClient) => Promise<Check>;

const KINDS: readonly [string, AppendExpectedRevision, number][] = [
  ['a revision', 1n, 2],
  ['none', 'no_stream', 0],
];

function checkpointOf({ stats }: Awaited<ReturnType<Group['info']>>): bigint | undefined {
  if ('lastCheckpointedEventRevision' in stats) return stats.lastCheckpointedEventRevision;
  return 'lastCheckpointedEventPosition' in stats ? stats.lastCheckpointedEventPosition?.commit : undefined;
}

const STREAMS: readonly [string, Before][] = [
  ['events stay as they were, with ids, revisions and positions', async (before) => {
    const stream = fresh();
    await before.append(stream, events(20));
    const read = async (official: OfficialClient) => (await collect(official.db.readStream(stream))).map((found) => found.event);
    const found = await read(before);
    return async (after) => expect(await read(after)).toEqual(found);
  }],
  ['a position leads to its event', async (before) => {
    const stream = fresh();
    const { position } = await before.append(stream, event(6));
    return async (after) => {
      const [found] = await collect(after.db.readAll({ fromPosition: position!, maxCount: 1 }));
      expect(found?.event).toMatchObject({ streamId: stream, revision: 0n, position });
    };
  }],
  ['positions go on behind the last', async (before) => {
    const { position } = await before.append(fresh(), event(0));
    return async (after) => expect((await after.append(fresh(), event(1))).position!.commit > position!.commit).toBe(true);
  }],
  ['revisions go on behind the last, and others are refused', async (before) => {
    const stream = fresh();
    await before.append(stream, events(3));
    return async (after) => {
      expect(await refusalOf(after.append(stream, event(3), 1n))).toMatchObject({ type: 'wrong-expected-version', actual: 2n });
      expect((await after.append(stream, event(3), 2n)).nextExpectedRevision).toBe(3n);
    };
  }],
  ['metadata stays', async (before) => {
    const stream = fresh();
    await before.append(stream, events(5));
    await before.db.setStreamMetadata(stream, { maxCount: 2, colour: 'blue' });
    return async (after) => {
      expect((await after.db.getStreamMetadata(stream)).metadata).toEqual({ maxCount: 2, colour: 'blue' });
      expect(await numbersIn(after, stream)).toEqual([3, 4]);
    };
  }],
  ['a deleted stream stays deleted, and comes back behind its last revision', async (before) => {
    const stream = fresh();
    await before.append(stream, events(3));
    await before.db.deleteStream(stream);
    return async (after) => {
      expect((await refusalOf(numbersIn(after, stream))).type).toBe('stream-not-found');
      expect((await after.append(stream, event(9), 'no_stream')).nextExpectedRevision).toBe(3n);
      expect(await numbersIn(after, stream)).toEqual([9]);
    };
  }],
  ['a tombstone stays', async (before) => {
    const stream = fresh();
    await before.append(stream, events(3));
    await before.db.tombstoneStream(stream);
    return async (after) => {
      expect((await refusalOf(numbersIn(after, stream))).type).toBe('stream-deleted');
      expect((await refusalOf(after.append(stream, event(1)))).type).toBe('stream-deleted');
    };
  }],
  ['a subscription to a stream goes on from where it was', async (before) => {
    const stream = fresh();
    await before.append(stream, events(4));
    const listener = listen(before.db.subscribeToStream(stream));
    await listener.heard(3);
    return async (after) => {
      await after.append(stream, event(4));
      const next = listen(after.db.subscribeToStream(stream, { fromRevision: 2n }));
      await next.heard('caught up', 4);
      expect(next.numbers()).toEqual([3, 4]);
    };
  }],
  ['a subscription to $all goes on from its checkpoint', async (before) => {
    const stream = fresh();
    const filter = before.streamNameFilter({ prefixes: [stream] });
    let checkpoint: Position | undefined;
    for (let n = 0; n < 3; n++) checkpoint = (await before.append(stream, event(n))).position;
    return async (after) => {
      await after.append(stream, events(2));
      const next = listen(after.db.subscribeToAll({ fromPosition: checkpoint!, filter }));
      await next.heard('caught up', 1);
      expect(next.numbers()).toEqual([0, 1]);
    };
  }],
];

const REPEATS: readonly [string, Before][] = APPEND_CALLS.flatMap(([call, withCredentials]) => KINDS.map(([kind, expected, earlier]): [string, Before] => [
  `${call}: a repeat that expects ${kind} is answered as the first time, also behind many other writes`,
  async (before) => {
    const [stream, proposed] = [fresh(), events(3)];
    const append = (official: OfficialClient) => official.append(stream, proposed, expected, withCredentials ? knownCredentials() : undefined);
    if (earlier > 0) await before.append(stream, events(earlier));
    const first = await append(before);
    await before.append(stream, events(2));
    for (let n = 0; n < 5; n++) await before.append(fresh(), events(200));
    return async (after) => {
      expect(await append(after)).toEqual(first);
      expect(await numbersIn(after, stream)).toHaveLength(earlier + 5);
    };
  },
]));

const GROUPS: readonly [string, Before][] = SOURCES.flatMap(([source, groupOn]): [string, Before][] => [
  [`a group ${source} keeps its settings and what was answered`, async (before) => {
    const group = groupOn(before);
    await before.append(group.stream, events(5));
    const last = (await collect(before.db.readStream(group.stream))).at(-1)!.event!;
    await group.create({ maxRetryCount: 4, checkPointAfter: 100, checkPointLowerBound: 1, checkPointUpperBound: 5 });
    const consumer = group.connect();
    await consumer.got(5);
    const end = source === 'to $all' ? last.position!.commit : last.revision;
    await eventually(async () => (checkpointOf(await group.info()) ?? -1n) >= end);
    await consumer.stop();
    return async (after) => {
      const same = groupOn(after, group.stream, group.name);
      expect((await same.info()).settings).toMatchObject({ maxRetryCount: 4 });
      await after.append(group.stream, event(5));
      const later = same.connect();
      await later.got(1);
      await same.answered();
      expect(later.numbers()).toEqual([5]);
    };
  }],
  [`a group ${source} keeps what was parked`, async (before) => {
    const group = groupOn(before);
    await before.append(group.stream, events(3));
    await group.create();
    const parking = group.connect((delivered) => delivered.nack('park'));
    await eventually(async () => (await group.parked()) === 3);
    await parking.stop();
    return async (after) => {
      const same = groupOn(after, group.stream, group.name);
      await eventually(async () => (await same.parked()) === 3);
      const consumer = same.connect();
      await same.replayParked();
      await eventually(() => new Set(consumer.numbers()).size === 3, () => consumer.numbers());
      await eventually(async () => (await same.parked()) === 0);
    };
  }],
]);

/** Asked of the server that keeps the link streams, which is restarted as well. */
const linksGoOn = (name: ClientName): Before => async () => {
  const category = fresh('order').replaceAll('-', '');
  const linked = (official: OfficialClient): Promise<number[]> => numbersIn(official, `$ce-${category}`, { resolveLinkTos: true }).catch(() => []);
  const writeAndWait = async (from: number): Promise<void> => {
    const official = await connect(name, target.projecting());
    const stream = `${category}-1`;
    await eventually(() => official.append(stream, [event(from), event(from + 1)]).then(() => true, () => false), () => 'it does not serve again', RESTART_MS);
    await eventually(async () => (await linked(official)).length >= from + 2);
    expect(await linked(official)).toEqual(Array.from({ length: from + 2 }, (_, n) => n));
    await official.db.dispose();
  };
  await writeAndWait(0);
  return () => writeAndWait(2);
};

export const restarts: Cases = (_official, name) => {
  const scenarios = [...STREAMS, ...REPEATS, ...GROUPS, ...(target.hasProjecting() ? [['link streams go on, with each event once', linksGoOn(name)] as const] : [])];
  const checks = new Map<string, Check>();
  let before: OfficialClient;
  let after: OfficialClient;

  // One restart for all: a large server takes its time.
  beforeAll(async () => {
    before = await connect(name, target.connectionString());
    for (const [title, prepare] of scenarios) checks.set(title, await prepare(before));
    await endSubscriptions();
    await promisify(exec)(target.restartCommand());
    after = await connect(name, target.connectionString());
    const serves = async (): Promise<boolean> => {
      await after.append(fresh(), event(0), 'no_stream');
      return after.db.listAllPersistentSubscriptions().then(() => true);
    };
    await eventually(() => serves().catch(() => false), () => 'it does not serve again', RESTART_MS);
  }, 2 * RESTART_MS);
  afterEach(async () => {
    await endSubscriptions();
    await endConsumers();
  });
  afterAll(async () => {
    await before.db.dispose();
    await after.db.dispose();
  });

  it.each(scenarios.map(([title]) => [title]))('%s', async (title) => {
    await checks.get(title)!(after);
  });

  it('a client that was connected before can go on', async () => {
    const stream = fresh();
    await eventually(() => before.append(stream, event(0)).then(() => true, () => false));
    expect((await numbersIn(before, stream)).at(-1)).toBe(0);
  });
};

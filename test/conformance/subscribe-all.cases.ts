import type { Filter, Position } from '@eventstore/db-client';

import type { OfficialClient } from './clients.js';
import { endSubscriptions, listen, type Note } from './listener.js';
import { event, events, eventually, fresh, linkTo, type Cases } from './support.js';

const FILTERS: readonly [string, (official: OfficialClient, part: string) => Filter, number[]][] = [
  ['a stream name prefix', ({ streamNameFilter }, part) => streamNameFilter({ prefixes: [`a-${part}`] }), [0, 2]],
  ['stream name prefixes', ({ streamNameFilter }, part) => streamNameFilter({ prefixes: [`a-${part}`, 'nothing', `b-${part}`] }), [0, 1, 2, 3]],
  ['a stream name regex', ({ streamNameFilter }, part) => streamNameFilter({ regex: `^b-${part}$` }), [1, 3]],
  ['a stream name regex with an escaped hyphen', ({ streamNameFilter }, part) => streamNameFilter({ regex: `^b\\-${part}$` }), [1, 3]],
  ['a stream name regex that is not anchored', ({ streamNameFilter }, part) => streamNameFilter({ regex: `[ac]-${part}` }), [0, 2]],
  ['an event type prefix', ({ eventTypeFilter }, part) => eventTypeFilter({ prefixes: [`First-${part}`] }), [0, 1]],
  ['event type prefixes', ({ eventTypeFilter }, part) => eventTypeFilter({ prefixes: ['Nothing', `Second-${part}`] }), [2, 3]],
  ['an event type regex', ({ eventTypeFilter }, part) => eventTypeFilter({ regex: `^(Second|Third)-${part}$` }), [2, 3]],
  ['an event type regex that is not anchored', ({ eventTypeFilter }, part) => eventTypeFilter({ regex: `st-${part}` }), [0, 1]],
];

export const subscribeToAll: Cases = (official) => {
  afterEach(endSubscriptions);

  /** Where $all is now: a case listens from here, so that it need not hear what is older. */
  const now = async (): Promise<Position> => (await official().append(fresh(), event(-5))).position!;
  const only = (stream: string): Filter => official().streamNameFilter({ prefixes: [stream] });
  const withoutNotes = (notes: readonly Note[]): Note[] => notes.filter((note) => note !== 'caught up');

  it('from a position: a confirmation, what is behind it, caught up, and then what is new', async () => {
    const stream = fresh();
    const { position } = await official().append(stream, event(0));
    await official().append(stream, event(1));
    const listener = listen(official().db.subscribeToAll({ fromPosition: position! }));
    await listener.heard('caught up', 1);
    await official().append(stream, event(2));
    await listener.heard(2);
    expect(listener.notes[0]).toBe('confirmation');
    expect(listener.numbers().filter((n) => n >= 0)).toEqual([1, 2]);
  });

  it('from the end: only what is new', async () => {
    const stream = fresh();
    await official().append(stream, event(40));
    const listener = listen(official().db.subscribeToAll({ fromPosition: 'end' }));
    await listener.heard('caught up');
    await official().append(stream, event(41));
    await listener.heard(41);
    expect(listener.numbers()).not.toContain(40);
  });

  it('from the start: all that there is', async () => {
    const stream = fresh();
    await official().append(stream, events(3));
    const listener = listen(official().db.subscribeToAll({ fromPosition: 'start', filter: only(stream) }));
    await listener.heard('caught up');
    expect(listener.notes).toEqual(['confirmation', 0, 1, 2, 'caught up']);
  });

  it('the position of an event that was heard is where to go on', async () => {
    const stream = fresh();
    const start = await now();
    await official().append(stream, events(6));
    const positions: Position[] = [];
    const first = official().db.subscribeToAll({ fromPosition: start, filter: only(stream) });
    first.on('data', (resolved) => positions.push(resolved.event!.position));
    await eventually(() => positions.length === 6);
    await first.unsubscribe();
    const second = listen(official().db.subscribeToAll({ fromPosition: positions[2]!, filter: only(stream) }));
    await second.heard('caught up');
    expect(second.numbers()).toEqual([3, 4, 5]);
  });

  it('events come in the order of their positions, whoever writes them', async () => {
    const part = fresh();
    const start = await now();
    const positions: bigint[] = [];
    const subscription = official().db.subscribeToAll({ fromPosition: start, filter: official().streamNameFilter({ prefixes: [part] }) });
    const listener = listen(subscription);
    subscription.on('data', (resolved) => positions.push(resolved.event!.position.commit));
    await Promise.all(Array.from({ length: 5 }, async (_, writer) => {
      for (let n = 0; n < 20; n++) await official().append(`${part}-${writer}`, event(n));
    }));
    await eventually(() => positions.length >= 100, () => listener.notes);
    expect(positions).toHaveLength(100);
    expect(positions.every((position, index) => index === 0 || position > positions[index - 1]!)).toBe(true);
  });

  it('many subscribers all hear the same', async () => {
    const stream = fresh();
    const listeners = Array.from({ length: 10 }, () => listen(official().db.subscribeToAll({ fromPosition: 'end', filter: only(stream) })));
    for (const listener of listeners) await listener.heard('caught up');
    for (let n = 0; n < 20; n++) await official().append(stream, event(n));
    for (const listener of listeners) {
      await listener.heard(19);
      expect(listener.numbers()).toEqual(Array.from({ length: 20 }, (_, n) => n));
    }
  });

  it('system events are heard', async () => {
    const stream = fresh();
    const start = await now();
    await official().db.setStreamMetadata(stream, { maxCount: 3 });
    const listener = listen(official().db.subscribeToAll({ fromPosition: start, filter: only(`$$${stream}`) }));
    await listener.heard('caught up');
    expect(listener.numbers()).toEqual([-1]);
  });

  it('what groups on $all keep for themselves is not heard', async () => {
    const [group, start] = [fresh(), await now()];
    const streams = [`$persistentsubscription-$all::${group}-parked`, `$persistentsubscription-$all::${group}-checkpoint`, `$persistentsubscription-$all::${group}`];
    for (const [n, stream] of streams.entries()) await official().append(stream, event(n));
    const listener = listen(official().db.subscribeToAll({ fromPosition: start, filter: only('$persistentsubscription-$all::') }));
    await listener.heard(2, 'caught up');
    expect(listener.numbers()).toEqual([2]);
  });

  it('system events are left out if the filter says so', async () => {
    const stream = fresh();
    const start = await now();
    await official().db.setStreamMetadata(stream, { maxCount: 3 });
    await official().append(stream, event(1));
    const types: string[] = [];
    const subscription = official().db.subscribeToAll({ fromPosition: start, filter: official().excludeSystemEvents() });
    subscription.on('data', (resolved) => types.push(resolved.event!.type));
    const listener = listen(subscription);
    await listener.heard('caught up', 1);
    expect(types.filter((type) => type.startsWith('$'))).toEqual([]);
  });

  it.each([true, false])('links are resolved if asked to: %s', async (resolveLinkTos) => {
    const [target, links] = [fresh(), fresh()];
    await official().append(target, events(3));
    const start = await now();
    await official().append(links, linkTo(target, 2));
    const listener = listen(official().db.subscribeToAll({ fromPosition: start, resolveLinkTos, filter: only(links) }));
    await listener.heard('caught up');
    expect(listener.numbers()).toEqual([resolveLinkTos ? 2 : -1]);
  });

  describe.each(FILTERS)('filtered by %s', (_filter, filterFor, expected) => {
    const write = async (part: string): Promise<void> => {
      await official().append(`a-${part}`, event(0, `First-${part}`));
      await official().append(`b-${part}`, event(1, `First-${part}`));
      await official().append(`a-${part}`, event(2, `Second-${part}`));
      await official().append(`b-${part}`, event(3, `Second-${part}`));
    };

    it('the history is only what it lets through', async () => {
      const [part, start] = [fresh(), await now()];
      await write(part);
      const listener = listen(official().db.subscribeToAll({ fromPosition: start, filter: filterFor(official(), part) }));
      await listener.heard('caught up');
      expect(listener.notes).toEqual(['confirmation', ...expected, 'caught up']);
    });

    it('what is new is only what it lets through', async () => {
      const part = fresh();
      const listener = listen(official().db.subscribeToAll({ fromPosition: 'end', filter: filterFor(official(), part) }));
      await listener.heard('caught up');
      await write(part);
      await listener.heard(expected.at(-1)!);
      expect(withoutNotes(listener.notes)).toEqual(['confirmation', ...expected]);
    });
  });

  describe('checkpoints of a filtered subscription', () => {
    /** Hears no event, only checkpoints. */
    const checkpointsFrom = (fromPosition: Position | 'end', interval: number, maxSearchWindow: number | undefined, reached: (position: Position) => void): void => {
      const filter = official().streamNameFilter({
        prefixes: [fresh('none')],
        checkpointInterval: interval,
        ...(maxSearchWindow === undefined ? {} : { maxSearchWindow }),
        checkpointReached: (_subscription, position) => reached(position),
      });
      listen(official().db.subscribeToAll({ fromPosition, filter }));
    };

    it.each<[string, number, number | undefined]>([
      ['a window of 10', 1, 10],
      ['three windows of 10', 3, 10],
      ['a window of its own choice', 1, undefined],
    ])('come after %s, in order, though nothing passes the filter', async (_case, interval, window) => {
      const start = await now();
      const last = (await official().append(fresh(), events(400))).position!;
      const reached: bigint[] = [];
      checkpointsFrom(start, interval, window, ({ commit }) => reached.push(commit));
      await eventually(() => reached.length >= 3, () => reached);
      const seen = reached.slice(0, 3);
      expect(seen.every((commit, index) => commit > (seen[index - 1] ?? start.commit) && commit <= last.commit)).toBe(true);
    });

    it('come for what is new as well', async () => {
      const start = await now();
      const reached: bigint[] = [];
      checkpointsFrom('end', 1, 5, ({ commit }) => reached.push(commit));
      for (let round = 0; round < 200 && reached.length < 2; round++) await official().append(fresh(), events(5));
      expect(reached.length).toBeGreaterThanOrEqual(2);
      expect(reached[0]! > start.commit).toBe(true);
    });

    it('are where to go on: nothing behind one is missed', async () => {
      const start = await now();
      const stream = fresh();
      await official().append(fresh(), events(100));
      let checkpoint: Position | undefined;
      checkpointsFrom(start, 1, 10, (position) => void (checkpoint ??= position));
      await eventually(() => checkpoint !== undefined);
      await official().append(stream, events(2));
      const listener = listen(official().db.subscribeToAll({ fromPosition: checkpoint!, filter: only(stream) }));
      await listener.heard('caught up', 1);
      expect(listener.numbers()).toEqual([0, 1]);
    });
  });
};

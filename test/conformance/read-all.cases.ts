import type { Direction, Filter, Position, ReadPosition } from '@eventstore/db-client';

import type { OfficialClient } from './clients.js';
import { collect, event, events, fresh, json, linkTo, numberOf, type Cases } from './support.js';

/** Appends to a stream of its own and tells where each event is. */
async function positioned(official: OfficialClient, count: number): Promise<{ stream: string; positions: Position[] }> {
  const stream = fresh();
  const positions: Position[] = [];
  for (let n = 0; n < count; n++) positions.push((await official.append(stream, event(n))).position!);
  return { stream, positions };
}

export const readAll: Cases = (official, name) => {
  /** Reads a part of $all and tells the numbers of a stream's events in it. Others may write at the same time. */
  const numbersOf = async (stream: string, ...options: Parameters<OfficialClient['db']['readAll']>): Promise<number[]> => {
    const found = await collect(official().db.readAll(...options));
    return found.filter((one) => one.event?.streamId === stream).map(numberOf);
  };

  it.each<[string, Direction, number, number[]]>([
    ['forwards from a position, itself included', 'forwards', 2, [2, 3, 4]],
    ['forwards from the last position', 'forwards', 4, [4]],
    ['backwards from a position, itself excluded', 'backwards', 2, [1, 0]],
  ])('%s', async (_case, direction, from, expected) => {
    const { stream, positions } = await positioned(official(), 5);
    expect(await numbersOf(stream, { direction, fromPosition: positions[from]!, maxCount: 200 })).toEqual(expected);
  });

  it('backwards from the end, the latest come first', async () => {
    const { stream } = await positioned(official(), 3);
    expect(await numbersOf(stream, { direction: 'backwards', fromPosition: 'end', maxCount: 50 })).toEqual([2, 1, 0]);
  });

  // The newer client turns a read from the end backwards, and one from the start forwards, whatever it was asked for.
  if (name === '@eventstore/db-client') {
    it.each<[string, Direction, ReadPosition]>([
      ['forwards from the end', 'forwards', 'end'],
      ['backwards from the start', 'backwards', 'start'],
    ])('%s there is nothing', async (_case, direction, fromPosition) => {
      await positioned(official(), 1);
      expect(await collect(official().db.readAll({ direction, fromPosition, maxCount: 10 }))).toEqual([]);
    });
  }

  it.each<[Direction, ReadPosition, number]>([
    ['forwards', 'start', 1],
    ['forwards', 'start', 7],
    ['backwards', 'end', 1],
    ['backwards', 'end', 7],
  ])('%s from %s, exactly %d come if so many are asked for', async (direction, fromPosition, maxCount) => {
    await official().append(fresh(), events(10));
    expect(await collect(official().db.readAll({ direction, fromPosition, maxCount }))).toHaveLength(maxCount);
  });

  it.each<[Direction, ReadPosition]>([
    ['forwards', 'start'],
    ['backwards', 'end'],
  ])('%s, positions are strictly ordered over all streams', async (direction, fromPosition) => {
    for (let n = 0; n < 5; n++) await official().append(fresh(), events(20));
    const found = await collect(official().db.readAll({ direction, fromPosition, maxCount: 500 }));
    const positions = found.map((one) => one.event!.position.commit);
    const ordered = positions.every((position, index) => index === 0 || (direction === 'forwards' ? position > positions[index - 1]! : position < positions[index - 1]!));
    expect(ordered).toBe(true);
  });

  it('a position splits the events between the two directions', async () => {
    // In one append: between several, others may write (projections, say).
    const stream = fresh();
    await official().append(stream, events(4));
    const fromPosition = (await collect(official().db.readStream(stream)))[2]!.event!.position!;
    const [middle] = await collect(official().db.readAll({ fromPosition, maxCount: 1 }));
    const [before] = await collect(official().db.readAll({ fromPosition, direction: 'backwards', maxCount: 1 }));
    expect([middle, before].map((found) => found && numberOf(found))).toEqual([2, 1]);
  });

  it('events have the same position there as in their stream', async () => {
    const { stream, positions } = await positioned(official(), 3);
    const found = await collect(official().db.readAll({ fromPosition: positions[0]!, maxCount: 100 }));
    const there = found.filter((one) => one.event?.streamId === stream).map((one) => one.event?.position);
    const here = (await collect(official().db.readStream(stream))).map((one) => one.event?.position);
    expect(there).toEqual(positions);
    expect(here).toEqual(positions);
  });

  it('events have their type, id, data and metadata there', async () => {
    const stream = fresh();
    const proposed = json('Told', { n: 1 }, { who: 'me' });
    const { position } = await official().append(stream, proposed);
    const [found] = await collect(official().db.readAll({ fromPosition: position!, maxCount: 1 }));
    expect(found?.event).toMatchObject({ id: proposed.id, streamId: stream, type: 'Told', revision: 0n, isJson: true, data: { n: 1 }, metadata: { who: 'me' } });
  });

  it('system events are among the others', async () => {
    const stream = fresh();
    const { position } = await official().append(stream, event(0));
    await official().db.setStreamMetadata(stream, { maxCount: 3 });
    const found = await collect(official().db.readAll({ fromPosition: position!, maxCount: 50 }));
    expect(found.map((one) => one.event?.streamId)).toContain(`$$${stream}`);
  });

  it.each<Direction>(['forwards', 'backwards'])('%s, what groups on $all keep for themselves is not among them', async (direction) => {
    const [group, target] = [fresh(), fresh()];
    const { position } = await official().append(target, event(0));
    const kept = [`$persistentsubscription-$all::${group}-parked`, `$persistentsubscription-$all::${group}-checkpoint`];
    const shown = [`$persistentsubscription-${target}::${group}-parked`, `$persistentsubscription-$all::${group}`];
    for (const stream of [...kept, ...shown]) await official().append(stream, event(0));
    const found = await collect(official().db.readAll({ direction, fromPosition: direction === 'forwards' ? position! : 'end', maxCount: 50 }));
    const streams = found.map((one) => one.event?.streamId).filter((stream) => stream?.includes(group));
    expect(streams).toEqual(direction === 'forwards' ? shown : shown.reverse());
  });

  it('events that a stream hides are still there', async () => {
    const { stream, positions } = await positioned(official(), 3);
    await official().db.setStreamMetadata(stream, { maxCount: 1 });
    expect(await numbersOf(stream, { fromPosition: positions[0]!, maxCount: 50 })).toEqual([0, 1, 2]);
  });

  it('the deletion of a stream is there', async () => {
    const { stream, positions } = await positioned(official(), 1);
    await official().db.tombstoneStream(stream);
    const found = await collect(official().db.readAll({ fromPosition: positions[0]!, maxCount: 50 }));
    expect(found.some((one) => one.event?.streamId === stream && one.event.type === '$streamDeleted')).toBe(true);
  });

  it.each([true, false])('links are resolved if asked to: %s', async (resolveLinkTos) => {
    const { stream } = await positioned(official(), 2);
    const links = fresh();
    const { position } = await official().append(links, linkTo(stream, 1));
    const [found] = await collect(official().db.readAll({ fromPosition: position!, maxCount: 1, resolveLinkTos }));
    expect(found?.event?.streamId).toBe(resolveLinkTos ? stream : links);
    expect(found?.link?.streamId).toBe(resolveLinkTos ? links : undefined);
  });

  // The older client sends no filter with a read.
  if (name === '@kurrent/kurrentdb-client') {
    it.each<[string, (official: OfficialClient, part: string) => Filter, number[]]>([
      ['stream name prefixes', ({ streamNameFilter }, part) => streamNameFilter({ prefixes: ['nothing', `a-${part}`] }), [0, 2]],
      ['a stream name regex', ({ streamNameFilter }, part) => streamNameFilter({ regex: `^b-${part}$` }), [1, 3]],
      ['event type prefixes', ({ eventTypeFilter }, part) => eventTypeFilter({ prefixes: [`First-${part}`] }), [0, 1]],
      ['an event type regex', ({ eventTypeFilter }, part) => eventTypeFilter({ regex: `^Second-${part}$` }), [2, 3]],
    ])('a read is filtered by %s', async (_case, filter, expected) => {
      const part = fresh();
      let start: Position | undefined;
      for (const [n, stream, type] of [[0, 'a', 'First'], [1, 'b', 'First'], [2, 'a', 'Second'], [3, 'b', 'Second']] as const) {
        start ??= (await official().append(`${stream}-${part}`, event(n, `${type}-${part}`))).position!;
        if (n > 0) await official().append(`${stream}-${part}`, event(n, `${type}-${part}`));
      }
      const options = { fromPosition: start!, maxCount: 10, filter: filter(official(), part) };
      expect((await collect(official().db.readAll(options))).map(numberOf)).toEqual(expected);
    });
  }
};

import type { ReadRevision } from '@eventstore/db-client';

import { endSubscriptions, listen, type Note } from './listener.js';
import { event, events, eventually, fresh, linkTo, type Cases } from './support.js';

export const subscribeToStream: Cases = (official) => {
  afterEach(endSubscriptions);

  const streamOf = async (count: number): Promise<string> => {
    const stream = fresh();
    if (count > 0) await official().append(stream, events(count));
    return stream;
  };

  it.each<[string, number, ReadRevision, Note[]]>([
    ['the start', 3, 'start', [0, 1, 2, 'caught up', 3]],
    ['behind revision 0', 3, 0n, [1, 2, 'caught up', 3]],
    ['behind a revision', 3, 1n, [2, 'caught up', 3]],
    ['behind the last revision', 3, 2n, ['caught up', 3]],
    ['the end', 3, 'end', ['caught up', 3]],
    ['the largest revision that there can be named, which is the end', 3, 2n ** 64n - 1n, ['caught up', 3]],
    ['the start of a stream that is not there', 0, 'start', ['caught up', 0]],
    ['the end of a stream that is not there', 0, 'end', ['caught up', 0]],
  ])('from %s: a confirmation, the history, caught up, and then what is new', async (_case, existing, fromRevision, expected) => {
    const stream = await streamOf(existing);
    const listener = listen(official().db.subscribeToStream(stream, { fromRevision }));
    await listener.heard('caught up');
    await official().append(stream, event(existing));
    await listener.heard(existing);
    expect(listener.notes).toEqual(['confirmation', ...expected]);
  });

  it('a subscription has an id', async () => {
    const subscription = official().db.subscribeToStream(await streamOf(1));
    await listen(subscription).heard('caught up');
    expect(subscription.id).toMatch(/\S/);
  });

  it('it caught up once, however much comes later', async () => {
    const stream = await streamOf(2);
    const listener = listen(official().db.subscribeToStream(stream));
    await listener.heard('caught up');
    for (let n = 2; n < 40; n++) await official().append(stream, event(n));
    await listener.heard(39);
    expect(listener.notes.filter((note) => note === 'caught up')).toHaveLength(1);
    expect(listener.numbers()).toEqual(Array.from({ length: 40 }, (_, n) => n));
  });

  it('a long history comes whole and in order', async () => {
    const stream = fresh();
    for (let i = 0; i < 3; i++) await official().append(stream, events(500));
    const listener = listen(official().db.subscribeToStream(stream));
    await listener.heard('caught up');
    expect(listener.numbers()).toEqual(Array.from({ length: 1500 }, (_, n) => n % 500));
  });

  it('from history to live nothing is lost or doubled', async () => {
    const stream = await streamOf(0);
    let next = 0;
    const write = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) await official().append(stream, event(next++));
    };
    await write(50);
    const writing = write(150);
    const listener = listen(official().db.subscribeToStream(stream));
    await writing;
    await listener.heard(199);
    expect(listener.numbers()).toEqual(Array.from({ length: 200 }, (_, n) => n));
  });

  it('many subscribers all hear the same', async () => {
    const stream = await streamOf(1);
    const listeners = Array.from({ length: 10 }, () => listen(official().db.subscribeToStream(stream)));
    for (const listener of listeners) await listener.heard('caught up');
    for (let n = 1; n < 10; n++) await official().append(stream, event(n));
    for (const listener of listeners) {
      await listener.heard(9);
      expect(listener.numbers()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
  });

  it('events of other streams are not heard', async () => {
    const stream = await streamOf(1);
    const listener = listen(official().db.subscribeToStream(stream));
    await listener.heard('caught up');
    await official().append(`${stream}-other`, event(50));
    await official().append(stream, event(1));
    await listener.heard(1);
    expect(listener.numbers()).toEqual([0, 1]);
  });

  it('a whole append is heard in its order', async () => {
    const stream = await streamOf(0);
    const listener = listen(official().db.subscribeToStream(stream));
    await listener.heard('caught up');
    await official().append(stream, events(30));
    await listener.heard(29);
    expect(listener.numbers()).toEqual(Array.from({ length: 30 }, (_, n) => n));
  });

  it('a repeated append is heard once', async () => {
    const stream = await streamOf(0);
    const listener = listen(official().db.subscribeToStream(stream));
    await listener.heard('caught up');
    const one = event(0);
    for (let i = 0; i < 3; i++) await official().append(stream, one);
    await official().append(stream, event(1));
    await listener.heard(1);
    expect(listener.numbers()).toEqual([0, 1]);
  });

  it('what was truncated is not heard', async () => {
    const stream = await streamOf(5);
    await official().db.setStreamMetadata(stream, { maxCount: 2 });
    const listener = listen(official().db.subscribeToStream(stream));
    await listener.heard('caught up');
    expect(listener.numbers()).toEqual([3, 4]);
  });

  it('a stream that comes back after its deletion is heard from there on', async () => {
    const stream = await streamOf(3);
    await official().db.deleteStream(stream);
    await official().append(stream, event(7));
    const listener = listen(official().db.subscribeToStream(stream));
    await listener.heard('caught up');
    expect(listener.numbers()).toEqual([7]);
  });

  it('a metadata stream may be subscribed to', async () => {
    const stream = await streamOf(1);
    const listener = listen(official().db.subscribeToStream(`$$${stream}`));
    await listener.heard('caught up');
    await official().db.setStreamMetadata(stream, { maxCount: 2 });
    await listener.heard(-1);
  });

  it.each<[boolean, number[]]>([
    [true, [1, 0, 2]],
    [false, [-1, -1, -1]],
  ])('links are resolved if asked to: %s', async (resolveLinkTos, expected) => {
    const [target, links] = [await streamOf(3), fresh()];
    await official().append(links, [linkTo(target, 1), linkTo(target, 0)]);
    const listener = listen(official().db.subscribeToStream(links, { resolveLinkTos }));
    await listener.heard('caught up');
    await official().append(links, linkTo(target, 2));
    await eventually(() => listener.numbers().length === 3);
    expect(listener.numbers()).toEqual(expected);
  });

  it('a stream with a tombstone cannot be subscribed to', async () => {
    const stream = await streamOf(1);
    await official().db.tombstoneStream(stream);
    await listen(official().db.subscribeToStream(stream)).heard('stream-deleted');
  });

  it('a tombstone ends a subscription', async () => {
    const stream = await streamOf(1);
    const listener = listen(official().db.subscribeToStream(stream));
    await listener.heard('caught up');
    await official().db.tombstoneStream(stream);
    await listener.heard('stream-deleted');
  });

  it('what came before a tombstone is heard, and the tombstone', async () => {
    const stream = await streamOf(1);
    const listener = listen(official().db.subscribeToStream(stream));
    await listener.heard('caught up');
    await official().append(stream, [event(1), event(2)]);
    await official().db.tombstoneStream(stream);
    await listener.heard('stream-deleted');
    expect(listener.notes).toEqual(['confirmation', 0, 'caught up', 1, 2, -1, 'stream-deleted']);
  });

  it('a deletion does not end a subscription, nor does a truncation', async () => {
    const stream = await streamOf(3);
    const listener = listen(official().db.subscribeToStream(stream));
    await listener.heard('caught up');
    await official().db.deleteStream(stream);
    await official().append(stream, event(7));
    await official().db.setStreamMetadata(stream, { truncateBefore: 4 });
    await official().append(stream, event(8));
    await listener.heard(8);
    expect(listener.notes).toEqual(['confirmation', 0, 1, 2, 'caught up', 7, 8]);
  });

  // EventStoreDB does so from 24.10.
  it('from a revision that is not there yet nothing before it is heard', async () => {
    const stream = await streamOf(2);
    const listener = listen(official().db.subscribeToStream(stream, { fromRevision: 3n }));
    await listener.heard('caught up');
    for (let n = 2; n < 6; n++) await official().append(stream, event(n));
    await listener.heard(5);
    expect(listener.numbers()).toEqual([4, 5]);
  });

  it('a stream that was deleted is waited for', async () => {
    const stream = await streamOf(2);
    await official().db.deleteStream(stream);
    const listener = listen(official().db.subscribeToStream(stream));
    await listener.heard('caught up');
    await official().append(stream, event(5));
    await listener.heard(5);
    expect(listener.notes).toEqual(['confirmation', 'caught up', 5]);
  });

  it('after unsubscribing nothing is heard', async () => {
    const stream = await streamOf(1);
    const subscription = official().db.subscribeToStream(stream);
    const listener = listen(subscription);
    const other = listen(official().db.subscribeToStream(stream));
    await listener.heard('caught up');
    await subscription.unsubscribe();
    await official().append(stream, event(1));
    await other.heard(1);
    expect(listener.numbers()).toEqual([0]);
  });

  it('a slow reader gets all of it', async () => {
    const stream = await streamOf(1);
    const subscription = official().db.subscribeToStream(stream, {}, { highWaterMark: 1 });
    await new Promise((resolve) => subscription.once('readable', resolve));
    for (let n = 0; n < 10; n++) await official().append(stream, Array.from({ length: 10 }, (_, i) => ({ ...event(n * 10 + i), metadata: { pad: 'x'.repeat(20_000) } })));
    const listener = listen(subscription);
    await listener.heard(99);
    expect(listener.numbers().slice(-100)).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });
};

import {
  END,
  eventTypeFilter,
  excludeSystemEvents,
  START,
  streamNameFilter,
  type AllStreamSubscription,
  type Filter,
  type Position,
  type StreamSubscription,
} from '@eventstore/db-client';

import { eventually, numberOf, testEvent, testEvents, TestStore } from '../testing/test-support.js';

jest.setTimeout(30_000);

const store = new TestStore();
beforeAll(() => store.start());
afterAll(() => store.remove());

/** A revision, `confirmation`, `caught up`, or a checkpoint. */
type Note = number | string;

/** What a subscription says, in order. */
function listen(subscription: StreamSubscription | AllStreamSubscription): Note[] {
  const notes: Note[] = [];
  subscription.on('confirmation', () => notes.push('confirmation'));
  subscription.on('caughtUp', () => notes.push('caught up'));
  subscription.on('fellBehind', () => notes.push('fell behind'));
  subscription.on('error', (error) => notes.push((error as { type?: string }).type ?? error.message));
  subscription.on('data', (resolved) => notes.push(numberOf(resolved)));
  return notes;
}

describe('a subscription to a stream', () => {
  it('is confirmed, tells history, that it caught up, and then what is new', async () => {
    const stream = store.stream();
    await store.client.appendToStream(stream, testEvents(3));
    const subscription = store.client.subscribeToStream(stream);
    const notes = listen(subscription);
    await eventually(() => notes.includes('caught up'));
    for (let n = 3; n < 6; n++) await store.client.appendToStream(stream, testEvent(n));
    await store.client.appendToStream(store.stream(), testEvent(99));
    await eventually(() => notes.length === 8);
    expect(notes).toEqual(['confirmation', 0, 1, 2, 'caught up', 3, 4, 5]);
    await subscription.unsubscribe();
  });

  it('starts behind a revision, or behind the end', async () => {
    const stream = store.stream();
    await store.client.appendToStream(stream, testEvents(3));
    const subscriptions = [
      store.client.subscribeToStream(stream, { fromRevision: 1n }),
      store.client.subscribeToStream(stream, { fromRevision: END }),
    ];
    const [behind, end] = subscriptions.map(listen);
    await eventually(() => behind!.includes('caught up') && end!.includes('caught up'));
    await store.client.appendToStream(stream, testEvent(3));
    await eventually(() => behind!.includes(3) && end!.includes(3));
    expect([behind, end]).toEqual([['confirmation', 2, 'caught up', 3], ['confirmation', 'caught up', 3]]);
    for (const subscription of subscriptions) await subscription.unsubscribe();
  });

  it('may wait for a stream that does not exist yet', async () => {
    const stream = store.stream();
    const subscription = store.client.subscribeToStream(stream);
    const notes = listen(subscription);
    await eventually(() => notes.includes('caught up'));
    await store.client.appendToStream(stream, testEvents(2));
    await eventually(() => notes.length === 4);
    expect(notes).toEqual(['confirmation', 'caught up', 0, 1]);
    await subscription.unsubscribe();
  });

  it('ends with an error when the stream gets a tombstone', async () => {
    const stream = store.stream();
    await store.client.appendToStream(stream, testEvent(0));
    const notes = listen(store.client.subscribeToStream(stream));
    await eventually(() => notes.includes('caught up'));
    await store.client.tombstoneStream(stream);
    await eventually(() => notes.includes('stream-deleted'));
  });
});

describe('a slow subscriber', () => {
  const APPENDS = 30;
  const EACH = 500;

  it.each(['stream', 'all'] as const)('of %s is told that it fell behind, loses nothing, and is told when it caught up again', async (kind) => {
    const stream = store.stream('slow');
    const filter = streamNameFilter({ prefixes: [stream] });
    const subscription = kind === 'stream' ? store.client.subscribeToStream(stream) : store.client.subscribeToAll({ filter });
    const notes = listen(subscription);
    await eventually(() => notes.includes('caught up'));
    subscription.pause();
    for (let n = 0; n < APPENDS; n++) await store.client.appendToStream(stream, Array.from({ length: EACH }, (_, i) => testEvent(n * EACH + i)));
    subscription.resume();
    await eventually(() => notes.filter((note) => note === 'caught up').length === 2);
    const events = notes.filter((note) => typeof note === 'number');
    expect(events).toEqual(Array.from({ length: APPENDS * EACH }, (_, n) => n));
    expect(notes.filter((note) => typeof note === 'string')).toEqual(['confirmation', 'caught up', 'fell behind', 'caught up']);
    await subscription.unsubscribe();
  });
});

describe('a subscription to $all', () => {
  it('loses and doubles nothing from history to live under load', async () => {
    const stream = store.stream('load');
    const total = 600;
    let appended = 0;
    const writers = Array.from({ length: 8 }, async () => {
      while (appended < total) await store.client.appendToStream(stream, testEvent(appended++));
    });
    await eventually(() => appended > total / 4);
    const subscription = store.client.subscribeToAll({ filter: streamNameFilter({ prefixes: [stream] }) });
    const revisions: bigint[] = [];
    subscription.on('data', ({ event }) => revisions.push(event!.revision));
    await Promise.all(writers);
    await eventually(() => revisions.length >= appended);
    expect(revisions).toEqual(Array.from({ length: appended }, (_, n) => BigInt(n)));
    await subscription.unsubscribe();
  });

  it('starts behind a position', async () => {
    const stream = store.stream();
    const first = await store.client.appendToStream(stream, testEvent(1));
    await store.client.appendToStream(stream, testEvent(2));
    const subscription = store.client.subscribeToAll({ fromPosition: first.position! });
    const notes = listen(subscription);
    await eventually(() => notes.includes('caught up'));
    expect(notes).toEqual(['confirmation', 2, 'caught up']);
    await subscription.unsubscribe();
  });

  it.each<[string, (stream: string) => Filter]>([
    ['stream name prefixes', (stream) => streamNameFilter({ prefixes: ['nothing', `${stream}/a`] })],
    ['a stream name regex', (stream) => streamNameFilter({ regex: `^${stream}/a$` })],
    ['event type prefixes', (stream) => eventTypeFilter({ prefixes: [`Type-${stream}-a`] })],
    ['an event type regex', (stream) => eventTypeFilter({ regex: `${stream}-[a]$` })],
  ])('filters by %s', async (_case, filter) => {
    const stream = store.stream();
    const append = (part: string, n: number) => store.client.appendToStream(`${stream}/${part}`, testEvent(n, `Type-${stream}-${part}`));
    await append('a', 1);
    await append('b', 2);
    const subscription = store.client.subscribeToAll({ filter: filter(stream) });
    const notes = listen(subscription);
    await eventually(() => notes.includes('caught up'));
    await append('b', 3);
    await append('a', 4);
    await eventually(() => notes.includes(4));
    expect(notes).toEqual(['confirmation', 1, 'caught up', 4]);
    await subscription.unsubscribe();
  });

  it('leaves out system events', async () => {
    const start = (await store.client.appendToStream(store.stream(), testEvent(0))).position!;
    const stream = store.stream();
    await store.client.setStreamMetadata(stream, { maxCount: 3 });
    await store.client.appendToStream(stream, testEvent(1));
    const subscription = store.client.subscribeToAll({ fromPosition: start, filter: excludeSystemEvents() });
    const notes = listen(subscription);
    await eventually(() => notes.includes('caught up'));
    expect(notes).toEqual(['confirmation', 1, 'caught up']);
    await subscription.unsubscribe();
  });

  it('reports checkpoints after every so many considered events', async () => {
    const start = (await store.client.appendToStream(store.stream(), testEvent(0))).position!;
    const last = (await store.client.appendToStream(store.stream(), testEvents(100))).position!;
    const checkpoints: Position[] = [];
    const filter = streamNameFilter({
      prefixes: ['no stream of this test'],
      maxSearchWindow: 10,
      checkpointInterval: 2,
      checkpointReached: (_subscription, position) => void checkpoints.push(position),
    });
    const subscription = store.client.subscribeToAll({ fromPosition: start, filter });
    await eventually(() => checkpoints.length === 5);
    expect(checkpoints.map(({ commit }) => Number(commit - start.commit))).toEqual([20, 40, 60, 80, 100]);
    expect(checkpoints[4]).toEqual(last);
    await subscription.unsubscribe();
  });

  it('reaches many subscribers at once', async () => {
    const subscriptions = Array.from({ length: 20 }, () => store.client.subscribeToAll({ fromPosition: END }));
    const notes = subscriptions.map(listen);
    await eventually(() => notes.every((list) => list.includes('caught up')));
    for (let n = 0; n < 50; n++) await store.client.appendToStream(store.stream(), testEvent(n));
    await eventually(() => notes.every((list) => list.includes(49)));
    for (const list of notes) expect(list.slice(2)).toEqual(Array.from({ length: 50 }, (_, n) => n));
    for (const subscription of subscriptions) await subscription.unsubscribe();
  });

  it('waits for a slow reader, which then gets all of it, however much was appended meanwhile', async () => {
    const stream = store.stream('slow');
    const subscription = store.client.subscribeToStream(stream, { fromRevision: START }, { highWaterMark: 1 });
    const revisions: bigint[] = [];
    await new Promise((resolve) => subscription.once('confirmation', resolve).once('readable', resolve));
    // More than the live tail holds: the reader has to go back to the database.
    const blob = 'x'.repeat(50_000);
    for (let n = 0; n < 40; n++) {
      const events = Array.from({ length: 10 }, () => ({ ...testEvent(n), data: { n, blob } }));
      await store.client.appendToStream(stream, events);
    }
    subscription.on('data', ({ event }) => revisions.push(event!.revision));
    await eventually(() => revisions.length === 400);
    expect(revisions).toEqual(Array.from({ length: 400 }, (_, n) => BigInt(n)));
    await subscription.unsubscribe();
  });
});

import { type EventStore, type ExpectedRevision, WrongExpectedRevision } from './event-store.js';
import { anyText, collect, firstOf, newEvent, numbered, numberOf, type OpenStore } from './testing.js';
import { upcaster, Upcasters } from './upcasters.js';

export function describeAppendAndRead(open: OpenStore): void {
  describe('append and read', () => {
    let store: EventStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    test('what was appended is read back', async () => {
      const [first, second] = [newEvent({ text: 'grüße ✓', nothing: undefined }), newEvent({ list: [1, { two: 2 }] }, 'OtherHappened')];
      const appended = await store.append('thing-1', [first, second], 'no-stream');
      const read = await collect(store.read('thing-1'));
      expect(read).toEqual([
        { ...first, data: { text: 'grüße ✓' }, stream: 'thing-1', revision: 0, position: anyText, recordedAt: anyText },
        { ...second, stream: 'thing-1', revision: 1, position: anyText, recordedAt: anyText },
      ]);
      expect(appended).toEqual({ revision: 1, position: read[1]!.position });
      expect(read[0]!.position).toMatch(/^\d{20}\/\d{20}$/);
      expect(Math.abs(Date.parse(read[0]!.recordedAt) - Date.now())).toBeLessThan(60_000);
    });

    test('reads from a revision on, as many as are asked for; beyond the end and without a stream there is nothing', async () => {
      await store.append('thing-1', numbered(5), 'no-stream');
      expect((await collect(store.read('thing-1', 3))).map(({ revision }) => revision)).toEqual([3, 4]);
      expect((await collect(store.read('thing-1', 1, 2))).map(({ revision }) => revision)).toEqual([1, 2]);
      expect(await collect(store.read('thing-1', 5))).toEqual([]);
      expect(await collect(store.read('thing-2'))).toEqual([]);
    });

    test.each<ExpectedRevision>(['no-stream', 0, 2, 7])('refuses to append to a stream at revision 1 when %p is expected, and writes nothing', async (expected) => {
      await store.append('thing-1', numbered(2), 'no-stream');
      await expect(store.append('thing-1', numbered(2, 2), expected)).rejects.toThrow(WrongExpectedRevision);
      expect(await collect(store.read('thing-1'))).toHaveLength(2);
    });

    test('refuses a revision of a stream that does not exist', async () => {
      await expect(store.append('thing-1', [newEvent()], 0)).rejects.toMatchObject({ name: 'WrongExpectedRevision', stream: 'thing-1', expected: 0 });
    });

    test('appending the same events again answers as the first time, also when the stream has moved on', async () => {
      const events = numbered(2, 1);
      await store.append('thing-1', numbered(1), 'no-stream');
      const first = await store.append('thing-1', events, 0);
      expect(await store.append('thing-1', events, 0)).toEqual(first);
      await store.append('thing-1', numbered(1, 3), 2);
      expect(await store.append('thing-1', events, 0)).toEqual(first);
      expect((await collect(store.read('thing-1'))).map(numberOf)).toEqual([0, 1, 2, 3]);
    });

    test('refuses other events than those that are there, even if some are', async () => {
      const events = numbered(2);
      await store.append('thing-1', events, 'no-stream');
      await expect(store.append('thing-1', [events[0]!, newEvent()], 'no-stream')).rejects.toThrow(WrongExpectedRevision);
    });

    test('refuses to append nothing', async () => {
      await expect(store.append('thing-1', [], 'no-stream')).rejects.toThrow(TypeError);
    });

    test('one of many writers at the same revision wins', async () => {
      await store.append('thing-1', numbered(1), 'no-stream');
      const outcomes = await Promise.allSettled(Array.from({ length: 40 }, (_, writer) => store.append('thing-1', numbered(1, writer), 0)));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await collect(store.read('thing-1'))).toHaveLength(2);
    });

    test('reads the whole log in order, after a position, without system streams', async () => {
      await store.append('thing-1', numbered(2), 'no-stream');
      const { position } = await store.append('other-1', numbered(1, 2), 'no-stream');
      await store.append('$slipway-test', numbered(1, 99), 'no-stream');
      const last = await store.append('thing-1', numbered(1, 3), 1);
      const all = await collect(store.readAll());
      expect(all.map(numberOf)).toEqual([0, 1, 2, 3]);
      expect(all.map((event) => event.position)).toEqual(all.map((event) => event.position).sort());
      expect((await collect(store.readAll(position))).map(numberOf)).toEqual([3]);
      expect(await collect(store.readAll(last.position))).toEqual([]);
    });

    test('the head is the newest event that is not of a system stream', async () => {
      expect(await store.head()).toBeUndefined();
      const { position } = await store.append('thing-1', numbered(2), 'no-stream');
      await store.append('$slipway-test', numbered(1), 'no-stream');
      expect(await store.head()).toBe(position);
    });

    test('a read that is left early ends', async () => {
      await store.append('thing-1', numbered(2_000), 'no-stream');
      for (let round = 0; round < 20; round++) expect(numberOf(await firstOf(store.readAll()))).toBe(0);
      expect(await collect(store.read('thing-1', 1_998))).toHaveLength(2);
    });

    test('many reads that find nothing, or are left early, do not use up the connection', async () => {
      // Servers close a connection on which a client resets more than 1,000 calls at once.
      await store.append('thing-1', numbered(3), 'no-stream');
      for (let round = 0; round < 1_100; round++) {
        await collect(store.read(`none-${round}`));
        expect(numberOf(await firstOf(store.read('thing-1')))).toBe(0);
        await store.head();
      }
    }, 30_000);
  });

  test('old events are lifted wherever they are read', async () => {
    const store = await open(new Upcasters([upcaster('ThingHappened', 1, ({ number }: { number: number }) => ({ number: number * 10 }))]));
    const lifted = { data: { number: 70 }, metadata: { schema: 2 } };
    await store.append('thing-1', numbered(1, 7), 'no-stream');
    expect(await collect(store.read('thing-1'))).toMatchObject([lifted]);
    expect(await collect(store.readAll())).toMatchObject([lifted]);
    const followed = await new Promise((resolve, reject) => {
      store.follow({ name: 'lifted', from: undefined, onEvent: resolve, onFailed: reject });
    });
    expect(followed).toMatchObject(lifted);
    const consumed = await new Promise((resolve, reject) => {
      store.consume({ group: 'lifted', filter: { prefixes: ['thing-'] }, onEvent: async (event) => resolve(event), onError: reject });
    });
    expect(consumed).toMatchObject(lifted);
    await store.close();
  });
}

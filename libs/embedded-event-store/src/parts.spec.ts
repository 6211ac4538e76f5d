import * as fc from 'fast-check';

import { ANY, NO_STREAM, STREAM_EXISTS } from './protocol/append-codec.js';
import { decideAppend, type StreamFacts } from './storage/append-rules.js';
import { AnswerTimes } from './persistent/answer-times.js';
import { CheckpointWindow } from './persistent/checkpoint-window.js';
import { ItemRate } from './persistent/item-rate.js';
import { CommitSignal } from './storage/commit-signal.js';
import { createFilter } from './streams/event-filter.js';
import { SyncPace } from './storage/sync-pace.js';
import { FifoMap } from './storage/fifo-map.js';
import { LiveTail } from './storage/live-tail.js';
import { createChooser } from './persistent/persistent-strategy.js';
import { encodeRecord, streamNameField, type EventRow } from './protocol/recorded-event.js';
import { firstVisible, oldestVisible, parseStreamMetadata } from './storage/stream-metadata.js';

function stored(position: number, stream = 1, revision = position, name = 'some-stream', type = 'Type'): EventRow {
  const event = { id: '0a1b2c3d-4e5f-4a6b-8c7d-9e8f7a6b5c4d', type: Buffer.from(type), json: true, metadata: Buffer.alloc(0), data: Buffer.alloc(10) };
  const record = encodeRecord(event, { nameField: streamNameField(Buffer.from(name)), revision, position, created: 1 });
  return { position, stream, revision, created: 1, record };
}

describe('append rules', () => {
  /** A stream with these ids, all of them remembered. */
  const facts = (ids: readonly string[], changes: Partial<StreamFacts> = {}): StreamFacts => ({
    last: ids.length - 1,
    tombstoned: false,
    softDeleted: () => false,
    hasMetadata: () => false,
    recall: (id) => (ids.includes(id) ? { revision: ids.indexOf(id), position: ids.indexOf(id) + 100 } : undefined),
    at: (revision) => (ids[revision] === undefined ? undefined : { id: ids[revision], position: revision + 100 }),
    ...changes,
  });
  const repeat = (revision: number) => ({ kind: 'repeat', revision, position: revision + 100 });
  const [write, wrong, deleted] = [{ kind: 'write' }, { kind: 'wrong-version' }, { kind: 'deleted' }];
  const abc = facts(['a', 'b', 'c']);
  const soft = facts(['a', 'b', 'c'], { softDeleted: () => true });

  it.each<[string, number, string[], StreamFacts, object]>([
    ['the last revision', 2, ['d'], abc, write],
    ['a later revision', 3, ['d'], abc, wrong],
    ['an earlier revision, other event', 1, ['d'], abc, wrong],
    ['an earlier revision, same events', 0, ['b', 'c'], abc, repeat(2)],
    ['an earlier revision, same event, more after it', 0, ['b'], abc, repeat(1)],
    ['an earlier revision, some events the same', 0, ['b', 'd'], abc, wrong],
    ['an earlier revision, more events than there are', 1, ['c', 'd'], abc, wrong],
    ['an earlier revision, nothing to write', 0, [], abc, wrong],
    ['a later revision, nothing to write', 5, [], abc, wrong],
    ['no stream where there is none', NO_STREAM, ['a'], facts([]), write],
    ['no stream where there is one', NO_STREAM, ['d'], abc, wrong],
    ['no stream, same events', NO_STREAM, ['a', 'b'], abc, repeat(1)],
    ['no stream where it was deleted', NO_STREAM, ['d'], soft, write],
    ['no stream where it was deleted, same event', NO_STREAM, ['a'], soft, repeat(0)],
    ['anything, new event', ANY, ['d'], abc, write],
    ['anything, known events', ANY, ['a', 'b'], abc, repeat(1)],
    ['anything, some known events', ANY, ['a', 'd'], abc, wrong],
    ['anything, a new event before a known one', ANY, ['d', 'a'], abc, write],
    ['anything, nothing to write', ANY, [], abc, write],
    ['an existing stream', STREAM_EXISTS, ['d'], abc, write],
    ['an existing stream, none there', STREAM_EXISTS, ['d'], facts([]), wrong],
    ['an existing stream, only metadata there', STREAM_EXISTS, ['d'], facts([], { hasMetadata: () => true }), write],
    ['an existing stream, deleted', STREAM_EXISTS, ['d'], soft, deleted],
    ['anything of a stream with a tombstone', ANY, ['d'], facts([], { tombstoned: true }), deleted],
  ])('expecting %s', (_case, expected, ids, stream, decision) => {
    expect(decideAppend(expected, ids, stream)).toEqual(decision);
  });
});

describe('stream metadata', () => {
  it.each([
    ['{}', 9, 0],
    ['{"$maxCount":3}', 9, 7],
    ['{"$maxCount":30}', 9, 0],
    ['{"$tb":4,"$maxCount":3}', 9, 7],
    ['{"$tb":8,"$maxCount":3}', 9, 8],
    ['{"$maxCount":"3","$tb":-1}', 9, 0],
    ['{"$maxCount":3,"$tb":-1}', 9, 7],
    ['{"$maxCount":3,"$maxAge":1.5}', 9, 0],
    ['{"$maxCount":3,"$tb":1e30}', 9, 0],
    ['{"$tb":4,"$cacheControl":null}', 9, 0],
    ['no json', 9, 0],
    ['[1]', 9, 0],
  ])('%s of a stream up to %d shows revisions from %d', (text, last, first) => {
    expect(firstVisible(parseStreamMetadata(Buffer.from(text)), last)).toBe(first);
  });

  it('knows a delete by its number, which is no safe integer', () => {
    expect(parseStreamMetadata(Buffer.from('{"$tb":9223372036854775807}')).softDeleted).toBe(true);
    expect(parseStreamMetadata(Buffer.from('{ "a": [1], "$tb" : 9223372036854775807 , "$maxCount": 3 }')).softDeleted).toBe(true);
    for (const other of ['9007199254740991', '9223372036854775806', '9223372036854775808', '9223372036854776000', '1e20', '"9223372036854775807"']) {
      expect(parseStreamMetadata(Buffer.from(`{"$tb":${other}}`)).softDeleted).toBe(false);
    }
  });

  it('of an event that is not marked as JSON hides nothing, but keeps its document', () => {
    expect(parseStreamMetadata(Buffer.from('{"$tb":5,"$acl":{}}'), false)).toEqual({ exists: true, softDeleted: false, document: { $tb: 5, $acl: {} } });
  });

  it('limits by age in seconds', () => {
    expect(oldestVisible(parseStreamMetadata(Buffer.from('{"$maxAge":2}')), 10_000)).toBe(8000);
    expect(oldestVisible(parseStreamMetadata(Buffer.from('{}')), 10_000)).toBe(0);
  });
});

describe('filters', () => {
  const event = stored(1, 1, 1, 'plan-ü', 'Made');
  it.each([
    [{ on: 'stream', prefixes: ['x', 'plan-'], regex: '' }, true],
    [{ on: 'stream', prefixes: ['plan-üx'], regex: '' }, false],
    [{ on: 'stream', prefixes: ['Made'], regex: '' }, false],
    [{ on: 'stream', prefixes: [], regex: 'ü$' }, true],
    [{ on: 'stream', prefixes: [], regex: '^plan\\-\\p{L}$' }, true],
    [{ on: 'stream', prefixes: [], regex: '^plan[\\-\\ ]\\w?.$' }, true],
    [{ on: 'stream', prefixes: [], regex: '^plan\\\\-' }, false],
    [{ on: 'type', prefixes: ['Ma'], regex: '' }, true],
    [{ on: 'type', prefixes: [], regex: '^Made.' }, false],
    [{ on: 'type', prefixes: [], regex: '' }, false],
  ] as const)('%j', (settings, matches) => {
    expect(createFilter(settings)(event)).toBe(matches);
  });

  it('refuse a regex that is none', () => {
    expect(() => createFilter({ on: 'type', prefixes: [], regex: '(' })).toThrow(SyntaxError);
  });
});

describe('the live tail', () => {
  it('gives what is behind a position, as long as it reaches back that far', () => {
    const tail = new LiveTail(4);
    expect(tail.after(0, 10)).toBeUndefined();
    for (let position = 1; position <= 6; position++) tail.push(stored(position, position % 2, position));
    const positions = (events: EventRow[] | undefined) => events?.map(({ position }) => position);
    expect(positions(tail.after(2, 10))).toEqual([3, 4, 5, 6]);
    expect(positions(tail.after(3, 2))).toEqual([4, 5]);
    expect(tail.after(6, 10)).toEqual([]);
    expect(tail.after(1, 10)).toBeUndefined();
    expect(positions(tail.ofStream(1, 0, 3, 10))).toEqual([5]);
    expect(positions(tail.ofStream(0, 6, 3, 10))).toEqual([6]);
    expect(tail.ofStream(0, 0, 0, 10)).toBeUndefined();
  });

  it('is bounded by bytes', () => {
    const size = stored(1).record.length;
    const tail = new LiveTail(100, size * 3);
    for (let position = 1; position <= 10; position++) tail.push(stored(position));
    expect(tail.after(7, 10)).toHaveLength(3);
    expect(tail.after(6, 10)).toBeUndefined();
  });
});

describe('the first-in-first-out map', () => {
  it('forgets the oldest beyond its capacity', () => {
    const map = new FifoMap<number>(3);
    for (const [index, key] of ['a', 'b', 'a', 'c', 'd'].entries()) map.set(key, index);
    expect(['a', 'b', 'c', 'd'].map((key) => map.get(key))).toEqual([undefined, 1, 3, 4]);
    map.clear();
    expect(map.get('d')).toBeUndefined();
  });
});

describe('the commit signal', () => {
  it('wakes once, and only who waits for the stream or for any', () => {
    const signal = new CommitSignal();
    const woken: string[] = [];
    signal.wait(undefined, () => woken.push('any'));
    signal.wait('a', () => woken.push('a'));
    signal.wait('b', () => woken.push('b'));
    signal.wait('a', () => woken.push('stopped'))();
    signal.raise(['a', 'c']);
    signal.raise(['a']);
    expect(woken).toEqual(['any', 'a']);
  });
});

describe('the checkpoint window', () => {
  it('is settled up to the oldest unsettled entry, in any order of settling', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8]), (settled) => {
        const window = new CheckpointWindow<{ place: number; settled: boolean }>(0);
        const entries = [1, 2, 3, 4, 5, 6, 7, 8].map((place) => ({ place, settled: false }));
        for (const entry of entries) window.add(entry);
        window.cursor = 12;
        for (const place of settled) {
          entries[place - 1]!.settled = true;
          const oldest = entries.find((entry) => !entry.settled);
          expect(window.settledUpTo).toBe(oldest === undefined ? 12 : oldest.place - 1);
        }
      }),
    );
  });
});

describe('consumer strategies', () => {
  const consumers = [1, 2, 3].map((id) => ({ id, free: true }));
  const none = (): string[] => [];

  it('round robin passes by who is busy', () => {
    const choose = createChooser('RoundRobin', none);
    const some = consumers.map((consumer) => ({ ...consumer, free: consumer.id !== 2 }));
    expect([1, 2, 3, 4].map(() => choose(some, '')?.id)).toEqual([1, 3, 1, 3]);
    expect(choose([{ id: 1, free: false }], '')).toBeUndefined();
  });

  it('dispatch to single stays with one until that one is full, and then with the next', () => {
    const choose = createChooser('DispatchToSingle', none);
    expect(choose(consumers, '')?.id).toBe(1);
    expect(choose([{ id: 1, free: false }, consumers[1]!], '')?.id).toBe(2);
    expect(choose(consumers, '')?.id).toBe(2);
    expect(choose([consumers[0]!], '')?.id).toBe(1);
  });

  it('pinned keeps keys together, spreads them, and moves only those of who leaves', () => {
    const choose = createChooser('Pinned', none);
    const keys = Array.from({ length: 300 }, (_, n) => `stream-${n}`);
    const before = keys.map((key) => choose(consumers, key)!.id);
    expect(keys.map((key) => choose(consumers, key)!.id)).toEqual(before);
    for (const { id } of consumers) expect(before.filter((owner) => owner === id).length).toBeGreaterThan(50);
    const after = keys.map((key) => choose(consumers.slice(0, 2), key)!.id);
    for (const [index, owner] of before.entries()) if (owner !== 3) expect(after[index]).toBe(owner);
    const busy = consumers.map((consumer) => ({ ...consumer, free: false }));
    expect(choose(busy, 'x')).toBeUndefined();
  });

  it('pinned gives each new key to who has the fewest', () => {
    const choose = createChooser('Pinned', none);
    expect(['a', 'b', 'c'].map((key) => choose(consumers, key)?.id)).toEqual([1, 2, 3]);
  });

  it('pinned gives who connects a share, of keys without events in flight first', () => {
    const keys = Array.from({ length: 40 }, (_, n) => `stream-${n}`);
    const inFlight = keys.slice(0, 10);
    const choose = createChooser('Pinned', () => inFlight);
    for (const key of keys) choose(consumers.slice(0, 1), key);
    const after = keys.map((key) => choose(consumers.slice(0, 2), key)!.id);
    expect(after.filter((owner) => owner === 2).length).toBeGreaterThan(15);
    expect(after.slice(0, 10)).toEqual(inFlight.map(() => 1));
  });
});

describe('figures of consumers', () => {
  it('are counts and rates since they were asked for last', () => {
    const rate = new ItemRate(1000);
    expect(rate.measure(10, 3000)).toEqual({ count: 10, perSecond: 5 });
    expect(rate.measure(10, 4000)).toEqual({ count: 0, perSecond: 0 });
    expect(rate.measure(12, 4000)).toEqual({ count: 2, perSecond: 0 });
  });

  it('are the times of the last thousand answers by their shares', () => {
    const times = new AnswerTimes();
    expect(times.measure()).toEqual([]);
    times.add(7);
    expect(new Set(times.measure().map(([, value]) => value))).toEqual(new Set([7]));
    for (let n = 0; n < 1000; n++) times.add(n);
    expect(Object.fromEntries(times.measure())).toEqual({
      Mean: 499, Median: 500, Fastest: 0, 'Quintile 1': 0, 'Quintile 2': 200, 'Quintile 3': 400, 'Quintile 4': 600, 'Quintile 5': 800,
      '90%': 900, '95%': 950, '99%': 990, '99.5%': 995, '99.9%': 999, Highest: 999,
    });
  });
});

describe('the pace of syncs', () => {
  it('holds the event loop while the disk is quick, also when one sync is late', () => {
    const pace = new SyncPace();
    expect(pace.quick(0)).toBe(true);
    pace.learn(1, 0.2);
    pace.learn(200, 150);
    expect(pace.quick(200)).toBe(true);
    for (let sync = 0; sync < 5; sync++) pace.learn(210, 5);
    expect(pace.quick(210)).toBe(false);
  });

  it('tries a slow disk again when that costs one part in fifty of the time', () => {
    const pace = new SyncPace();
    for (let sync = 0; sync < 5; sync++) pace.learn(10, 8);
    expect([pace.quick(11), pace.quick(409), pace.quick(410)]).toEqual([false, false, true]);
    pace.learn(415, 4);
    expect([pace.quick(614), pace.quick(615)]).toEqual([false, true]);
    pace.learn(615, 0.3);
    expect(pace.quick(616)).toBe(true);
  });
});

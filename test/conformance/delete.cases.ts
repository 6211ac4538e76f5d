import type { AppendExpectedRevision } from '@eventstore/db-client';

import { refusalOf, type OfficialClient, type Refusal } from './clients.js';
import { binary, collect, event, events, fresh, json, knownCredentials, numbersIn, type Cases } from './support.js';

type Expected = Exclude<AppendExpectedRevision, 'stream_exists'>;
type Ending = (official: OfficialClient, stream: string, expectedRevision?: Expected) => ReturnType<OfficialClient['db']['deleteStream']>;

const ENDINGS: readonly [string, Ending][] = [
  ['a delete', ({ db }, stream, expectedRevision = 'any') => db.deleteStream(stream, { expectedRevision })],
  ['a tombstone', ({ db }, stream, expectedRevision = 'any') => db.tombstoneStream(stream, { expectedRevision })],
];

export const deletion: Cases = (official) => {
  const streamOf = async (count: number): Promise<string> => {
    const stream = fresh();
    await official().append(stream, events(count));
    return stream;
  };
  const readRefusal = (stream: string): Promise<Refusal> => refusalOf(numbersIn(official(), stream));

  describe.each(ENDINGS)('%s', (_ending, end) => {
    it.each<[string, Expected]>([
      ['anything', 'any'],
      ['the present revision', 2n],
    ])('that expects %s succeeds with a position behind the events', async (_case, expected) => {
      const stream = fresh();
      const before = (await official().append(stream, events(3))).position!;
      const { position } = await end(official(), stream, expected);
      expect(position!.commit > before.commit).toBe(true);
    });

    it.each<[string, Expected]>([
      ['no stream', 'no_stream'],
      ['a revision that has passed', 0n],
      ['a revision to come', 9n],
    ])('that expects %s is refused and the stream stays', async (_case, expected) => {
      const stream = await streamOf(3);
      expect(await refusalOf(end(official(), stream, expected))).toMatchObject({ type: 'wrong-expected-version', streamName: stream, actual: 2n });
      expect(await numbersIn(official(), stream)).toEqual([0, 1, 2]);
    });

    it('hides the events from readers in both directions', async () => {
      const stream = await streamOf(3);
      await end(official(), stream);
      expect(await readRefusal(stream)).toMatchObject({ streamName: stream });
      const backwards = numbersIn(official(), stream, { direction: 'backwards', fromRevision: 'end' });
      expect(await refusalOf(backwards)).toMatchObject({ streamName: stream });
    });

    it('leaves other streams alone', async () => {
      const [stream, other] = [await streamOf(2), await streamOf(2)];
      await end(official(), stream);
      expect(await numbersIn(official(), other)).toEqual([0, 1]);
    });
  });

  describe('a deleted stream', () => {
    it('is not found', async () => {
      const stream = await streamOf(2);
      await official().db.deleteStream(stream);
      expect(await readRefusal(stream)).toMatchObject({ type: 'stream-not-found', streamName: stream });
    });

    it('has $tb at the largest revision in its metadata', async () => {
      const stream = await streamOf(2);
      await official().db.deleteStream(stream);
      const [found] = await collect(official().db.readStream(`$$${stream}`));
      expect(found?.event?.data).toEqual({ $tb: Number(2n ** 63n - 1n) });
    });

    it.each<[string, AppendExpectedRevision]>([
      ['anything', 'any'],
      ['no stream', 'no_stream'],
      ['its last revision', 2n],
    ])('comes back with an append that expects %s, and goes on with its revisions', async (_case, expected) => {
      const stream = await streamOf(3);
      await official().db.deleteStream(stream);
      expect((await official().append(stream, events(2), expected)).nextExpectedRevision).toBe(4n);
      const found = await collect(official().db.readStream(stream));
      expect(found.map((one) => one.event?.revision)).toEqual([3n, 4n]);
    });

    it('is truncated before the append that brought it back', async () => {
      const stream = await streamOf(3);
      await official().db.deleteStream(stream);
      await official().append(stream, event(9));
      expect((await official().db.getStreamMetadata(stream)).metadata).toMatchObject({ truncateBefore: 3 });
    });

    it('does not exist to an append that expects one', async () => {
      const stream = await streamOf(3);
      await official().db.deleteStream(stream);
      expect((await refusalOf(official().append(stream, event(1), 'stream_exists'))).type).toBe('stream-deleted');
    });

    it('refuses an append that expects another revision', async () => {
      const stream = await streamOf(3);
      await official().db.deleteStream(stream);
      expect((await refusalOf(official().append(stream, event(1), 7n))).type).toBe('wrong-expected-version');
    });

    it('comes back with metadata that is set, has no events then, and keeps what was set', async () => {
      const stream = await streamOf(2);
      await official().db.deleteStream(stream);
      await official().db.setStreamMetadata(stream, { maxCount: 100, colour: 'red' });
      expect(await numbersIn(official(), stream)).toEqual([]);
      expect((await official().db.getStreamMetadata(stream)).metadata).toEqual({ maxCount: 100, colour: 'red', truncateBefore: 2 });
      expect((await official().append(stream, event(2), 'stream_exists')).nextExpectedRevision).toBe(2n);
    });

    it('comes back with all its events when its metadata becomes something else than JSON', async () => {
      const stream = await streamOf(2);
      await official().db.deleteStream(stream);
      await official().append(`$$${stream}`, binary('$metadata', Buffer.alloc(256)));
      expect(await numbersIn(official(), stream)).toEqual([0, 1]);
    });

    it('takes a first event that expects none once only', async () => {
      const stream = await streamOf(2);
      await official().db.deleteStream(stream);
      await official().append(stream, event(2), 'no_stream');
      expect((await refusalOf(official().append(stream, event(3), 'no_stream'))).type).toBe('wrong-expected-version');
    });

    it('may be deleted and brought back again and again', async () => {
      const stream = await streamOf(2);
      for (let round = 0; round < 3; round++) {
        await official().db.deleteStream(stream);
        await official().append(stream, events(2));
      }
      const found = await collect(official().db.readStream(stream));
      expect(found.map((one) => one.event?.revision)).toEqual([6n, 7n]);
    });

    it('may get a tombstone', async () => {
      const stream = await streamOf(2);
      await official().db.deleteStream(stream);
      await official().db.tombstoneStream(stream);
      expect((await readRefusal(stream)).type).toBe('stream-deleted');
    });

    it.each<Expected>(['any', 'no_stream', 0n])('that was never there is refused, also when %s is expected', async (expectedRevision) => {
      const stream = fresh();
      expect(await refusalOf(official().db.deleteStream(stream, { expectedRevision }))).toMatchObject({ type: 'wrong-expected-version', streamName: stream, actual: -1n });
    });

    it.each<Expected>(['any', 'no_stream', 1n])('may be deleted once more, also when %s is expected', async (expectedRevision) => {
      const stream = await streamOf(2);
      await official().db.deleteStream(stream);
      await official().db.deleteStream(stream, { expectedRevision });
      expect((await readRefusal(stream)).type).toBe('stream-not-found');
    });

    it('that has only metadata may be deleted', async () => {
      const stream = fresh();
      await official().db.setStreamMetadata(stream, { maxCount: 3 });
      await official().db.deleteStream(stream);
      expect((await refusalOf(official().append(stream, event(0), 'stream_exists'))).type).toBe('stream-deleted');
    });

    it('comes back with an append of nothing, and has no events then', async () => {
      const stream = await streamOf(2);
      await official().db.deleteStream(stream);
      expect((await official().append(stream, [])).nextExpectedRevision).toBe(1n);
      expect(await numbersIn(official(), stream)).toEqual([]);
    });
  });

  describe('a stream with a tombstone', () => {
    it.each<[string, (stream: string) => Promise<unknown>]>([
      ['a read', (stream) => numbersIn(official(), stream)],
      ['a read backwards', (stream) => numbersIn(official(), stream, { direction: 'backwards', fromRevision: 'end' })],
      ['an append', (stream) => official().append(stream, event(1))],
      ['an append with credentials', (stream) => official().append(stream, event(1), 'any', knownCredentials())],
      ['an append that expects none', (stream) => official().append(stream, event(1), 'no_stream')],
      ['an append that expects a stream', (stream) => official().append(stream, event(1), 'stream_exists')],
      ['an append that expects its revision', (stream) => official().append(stream, event(1), 2n)],
      ['an append of nothing', (stream) => official().append(stream, [])],
      ['a delete', (stream) => official().db.deleteStream(stream)],
      ['another tombstone', (stream) => official().db.tombstoneStream(stream)],
    ])('answers %s that it is deleted', async (_case, action) => {
      const stream = await streamOf(3);
      await official().db.tombstoneStream(stream);
      expect(await refusalOf(action(stream))).toMatchObject({ type: 'stream-deleted', streamName: stream });
    });

    it('takes no metadata', async () => {
      const stream = await streamOf(1);
      await official().db.tombstoneStream(stream);
      expect((await refusalOf(official().append(`$$${stream}`, json('$metadata', {})))).type).toBe('stream-deleted');
    });

    it('must have been there, if the tombstone expects a revision', async () => {
      const refusal = await refusalOf(official().db.tombstoneStream(fresh(), { expectedRevision: 0n }));
      expect(refusal).toMatchObject({ type: 'wrong-expected-version', actual: -1n });
    });

    it.each<[string, Expected]>([
      ['none', 'no_stream'],
      ['anything', 'any'],
    ])('need not have been there, if the tombstone expects %s', async (_case, expectedRevision) => {
      const stream = fresh();
      await official().db.tombstoneStream(stream, { expectedRevision });
      expect((await refusalOf(official().append(stream, event(1)))).type).toBe('stream-deleted');
    });
  });
};

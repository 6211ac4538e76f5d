import type { StreamMetadata } from '@eventstore/db-client';

import { refusalOf } from './clients.js';
import { binary, collect, event, events, fresh, json, numbersIn, pause, type Cases } from './support.js';

export const streamMetadata: Cases = (official) => {
  const streamOf = async (count: number): Promise<string> => {
    const stream = fresh();
    await official().append(stream, events(count));
    return stream;
  };

  it.each<[string, StreamMetadata]>([
    ['$maxCount', { maxCount: 7 }],
    ['$maxAge', { maxAge: 3600 }],
    ['$tb', { truncateBefore: 2 }],
    ['$cacheControl', { cacheControl: 15 }],
    ['$acl', { acl: { readRoles: ['readers'], writeRoles: ['a', 'b'], deleteRoles: ['c'], metaReadRoles: ['d'], metaWriteRoles: ['e'] } }],
    ['a part of $acl', { acl: { readRoles: ['$all'] } }],
    ['keys of our own', { colour: 'blue', deep: { list: [1, 'two', null] } }],
    ['all of them together', { maxCount: 5, maxAge: 60, truncateBefore: 1, cacheControl: 9, own: true }],
    ['nothing at all', {}],
  ])('%s comes back as it was set', async (_case, metadata) => {
    const stream = await streamOf(1);
    await official().db.setStreamMetadata(stream, metadata);
    expect(await official().db.getStreamMetadata(stream)).toMatchObject({ streamName: stream, metadata });
  });

  it('a stream that never had any has none', async () => {
    expect((await official().db.getStreamMetadata(await streamOf(1))).metadata).toBeUndefined();
    expect((await official().db.getStreamMetadata(fresh())).metadata).toBeUndefined();
  });

  it('may be set before the stream is there', async () => {
    const stream = fresh();
    await official().db.setStreamMetadata(stream, { maxCount: 2 });
    await official().append(stream, events(5), 'no_stream');
    expect(await numbersIn(official(), stream)).toEqual([3, 4]);
  });

  it('what is set last counts, and replaces all that was set before', async () => {
    const stream = await streamOf(1);
    await official().db.setStreamMetadata(stream, { maxCount: 1, colour: 'blue' });
    await official().db.setStreamMetadata(stream, { maxCount: 2 });
    expect((await official().db.getStreamMetadata(stream)).metadata).toEqual({ maxCount: 2 });
  });

  it('is a stream of its own with revisions of its own', async () => {
    const stream = await streamOf(1);
    for (const [expected, revision] of [['no_stream', 0n], [0n, 1n], [1n, 2n]] as const) {
      expect((await official().append(`$$${stream}`, json('$metadata', {}), expected)).nextExpectedRevision).toBe(revision);
    }
  });

  it('is refused under a wrong expected revision and stays as it was', async () => {
    const stream = await streamOf(1);
    await official().db.setStreamMetadata(stream, { maxCount: 3 });
    // Not through setStreamMetadata: the newer client drops the revision that it is given there.
    expect(await refusalOf(official().append(`$$${stream}`, json('$metadata', { $maxCount: 4 }), 5n))).toMatchObject({ type: 'wrong-expected-version', actual: 0n });
    expect((await official().db.getStreamMetadata(stream)).metadata).toEqual({ maxCount: 3 });
  });

  it('keeps only its latest event', async () => {
    const stream = await streamOf(1);
    for (let maxCount = 1; maxCount < 4; maxCount++) await official().db.setStreamMetadata(stream, { maxCount });
    const found = await collect(official().db.readStream(`$$${stream}`));
    expect(found.map((one) => one.event?.revision)).toEqual([2n]);
  });

  it.each([1, 3, 10])('$maxCount %d lets so many of the last events be seen', async (maxCount) => {
    const stream = await streamOf(8);
    await official().db.setStreamMetadata(stream, { maxCount });
    const last = [0, 1, 2, 3, 4, 5, 6, 7].slice(-maxCount);
    expect(await numbersIn(official(), stream)).toEqual(last);
    expect(await numbersIn(official(), stream, { direction: 'backwards', fromRevision: 'end' })).toEqual([...last].reverse());
  });

  it('$maxCount moves on with every append', async () => {
    const stream = await streamOf(3);
    await official().db.setStreamMetadata(stream, { maxCount: 2 });
    expect((await official().append(stream, event(3))).nextExpectedRevision).toBe(3n);
    expect(await numbersIn(official(), stream)).toEqual([2, 3]);
  });

  it('a read from a hidden revision begins with the first that is to be seen', async () => {
    const stream = await streamOf(8);
    await official().db.setStreamMetadata(stream, { maxCount: 3 });
    expect(await numbersIn(official(), stream, { fromRevision: 1n, maxCount: 2 })).toEqual([5, 6]);
  });

  it.each([
    [0, [0, 1, 2, 3, 4]],
    [2, [2, 3, 4]],
    [4, [4]],
    [5, []],
  ])('$tb %d hides what is before it', async (truncateBefore, expected) => {
    const stream = await streamOf(5);
    await official().db.setStreamMetadata(stream, { truncateBefore });
    expect(await numbersIn(official(), stream)).toEqual(expected);
    expect(await numbersIn(official(), stream, { direction: 'backwards', fromRevision: 'end' })).toEqual([...expected].reverse());
  });

  it('of $tb and $maxCount the stricter counts', async () => {
    const stream = await streamOf(8);
    await official().db.setStreamMetadata(stream, { truncateBefore: 6, maxCount: 4 });
    expect(await numbersIn(official(), stream)).toEqual([6, 7]);
    await official().db.setStreamMetadata(stream, { truncateBefore: 2, maxCount: 4 });
    expect(await numbersIn(official(), stream)).toEqual([4, 5, 6, 7]);
  });

  it('what was hidden can be seen again once the setting is gone', async () => {
    const stream = await streamOf(4);
    await official().db.setStreamMetadata(stream, { cacheControl: 1 });
    expect(await numbersIn(official(), stream)).toEqual([0, 1, 2, 3]);
  });

  it('a stream with nothing to be seen goes on with its revisions', async () => {
    const stream = await streamOf(3);
    await official().db.setStreamMetadata(stream, { truncateBefore: 3 });
    expect((await official().append(stream, event(3), 2n)).nextExpectedRevision).toBe(3n);
    expect(await numbersIn(official(), stream)).toEqual([3]);
  });

  it('$maxAge hides what is older', async () => {
    const stream = await streamOf(2);
    await official().db.setStreamMetadata(stream, { maxAge: 2 });
    expect(await numbersIn(official(), stream)).toEqual([0, 1]);
    await pause(3000);
    await official().append(stream, event(2));
    expect(await numbersIn(official(), stream)).toEqual([2]);
    expect(await numbersIn(official(), stream, { direction: 'backwards', fromRevision: 'end' })).toEqual([2]);
  });

  it('may have a metadata stream of its own, which changes nothing', async () => {
    const stream = await streamOf(2);
    await official().db.setStreamMetadata(stream, { colour: 'blue' });
    expect((await official().append(`$$$$${stream}`, json('$metadata', { $tb: 5 }))).nextExpectedRevision).toBe(0n);
    expect((await official().db.getStreamMetadata(stream)).metadata).toEqual({ colour: 'blue' });
  });

  it('outlives the deletion of the stream, as far as it is not about that', async () => {
    const stream = await streamOf(2);
    await official().db.deleteStream(stream);
    await official().append(stream, event(2));
    await official().db.setStreamMetadata(stream, { colour: 'red', truncateBefore: 2 });
    expect(await numbersIn(official(), stream)).toEqual([2]);
  });

  it.each(['$maxCount', '$maxAge', '$cacheControl'])('hides nothing if its %s is no number', async (setting) => {
    const stream = await streamOf(3);
    await official().append(`$$${stream}`, json('$metadata', { $tb: 2, [setting]: '1' }));
    expect(await numbersIn(official(), stream)).toEqual([0, 1, 2]);
  });

  it.each(['$maxCount', '$maxAge', '$cacheControl'])('is followed without its %s if that is out of range', async (setting) => {
    const stream = await streamOf(3);
    await official().append(`$$${stream}`, json('$metadata', { $tb: 2, [setting]: 0 }));
    expect(await numbersIn(official(), stream)).toEqual([2]);
  });

  // What becomes of the largest revision where it is made by a program whose numbers are not that exact.
  it.each([['$tb', 2 ** 63], ['$maxCount', 1e30], ['$maxCount', 1.5]])('hides nothing if its %s is %d', async (setting, value) => {
    const stream = await streamOf(3);
    await official().append(`$$${stream}`, json('$metadata', { [setting]: value }));
    expect(await numbersIn(official(), stream)).toEqual([0, 1, 2]);
  });

  it('that is not marked as JSON hides nothing', async () => {
    const stream = await streamOf(3);
    await official().append(`$$${stream}`, binary('$metadata', Buffer.from('{"$tb":2}')));
    expect(await numbersIn(official(), stream)).toEqual([0, 1, 2]);
  });

  it('that is no JSON object hides nothing', async () => {
    const stream = await streamOf(2);
    await official().append(`$$${stream}`, json('$metadata', [1, 2]));
    expect(await numbersIn(official(), stream)).toEqual([0, 1]);
  });
};

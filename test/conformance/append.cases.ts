import type { AppendExpectedRevision, EventData, EventType } from '@eventstore/db-client';

import { refusalOf } from './clients.js';
import { APPEND_CALLS, binary, collect, event, events, fresh, idsOf, json, knownCredentials, numbersIn, type Cases } from './support.js';

const MEBIBYTE = 1024 * 1024;
const blob = (size: number): EventData => binary('Blob', Buffer.alloc(size, 7));

export const append: Cases = (official) => {
  describe.each(APPEND_CALLS)('%s', (_call, withCredentials) => {
    const append = (stream: string, proposed: EventData | EventData[], expected: AppendExpectedRevision = 'any') =>
      official().append(stream, proposed, expected, withCredentials ? knownCredentials() : undefined);
    const recorded = async (stream: string) => (await collect(official().db.readStream<EventType>(stream))).map(({ event: found }) => found!);
    /** A fresh stream that ends at revision `count` - 1. */
    const streamOf = async (count: number): Promise<string> => {
      const stream = fresh();
      if (count > 0) await append(stream, events(count));
      return stream;
    };

    it.each<[string, number, AppendExpectedRevision, bigint]>([
      ['to a stream that is not there, expecting none', 0, 'no_stream', 0n],
      ['to a stream that is not there, expecting anything', 0, 'any', 0n],
      ['to a stream that is there, expecting anything', 3, 'any', 3n],
      ['to a stream that is there, expecting that', 3, 'stream_exists', 3n],
      ['to a stream that is at the expected revision', 3, 2n, 3n],
      ['to a stream that is at the expected revision 0', 1, 0n, 1n],
    ])('an append goes %s', async (_case, existing, expected, revision) => {
      const stream = await streamOf(existing);
      const result = await append(stream, event(99), expected);
      expect(result).toMatchObject({ success: true, nextExpectedRevision: revision });
      expect((await numbersIn(official(), stream)).at(-1)).toBe(99);
    });

    it.each<[string, number, AppendExpectedRevision, bigint | 'no_stream']>([
      ['none where there is one', 2, 'no_stream', 1n],
      ['a stream where there is none', 0, 'stream_exists', 'no_stream'],
      ['a revision where there is no stream', 0, 0n, 'no_stream'],
      ['a high revision where there is no stream', 0, 7n, 'no_stream'],
      ['a revision that has passed', 3, 1n, 2n],
      ['revision 0 when that has passed', 3, 0n, 2n],
      ['the revision after the last', 3, 3n, 2n],
      ['a revision far ahead', 1, 1000n, 0n],
    ])('an append that expects %s is refused with the current revision and writes nothing', async (_case, existing, expected, actual) => {
      const stream = await streamOf(existing);
      expect(await refusalOf(append(stream, events(2), expected))).toMatchObject({ type: 'wrong-expected-version', streamName: stream, expected, actual });
      if (existing > 0) expect(await numbersIn(official(), stream)).toHaveLength(existing);
      else expect((await refusalOf(numbersIn(official(), stream))).type).toBe('stream-not-found');
    });

    it('a stream exists if it has only metadata', async () => {
      const stream = fresh();
      await official().db.setStreamMetadata(stream, { maxCount: 10 });
      expect((await append(stream, event(0), 'stream_exists')).nextExpectedRevision).toBe(0n);
    });

    it('a stream that has only metadata is still no stream to who expects none', async () => {
      const stream = fresh();
      await official().db.setStreamMetadata(stream, { maxCount: 10 });
      expect((await append(stream, event(0), 'no_stream')).nextExpectedRevision).toBe(0n);
    });

    it('several events go in together, in their order', async () => {
      const stream = fresh();
      const proposed = events(25);
      expect((await append(stream, proposed, 'no_stream')).nextExpectedRevision).toBe(24n);
      const found = await recorded(stream);
      expect(found.map(({ id }) => id)).toEqual(idsOf(proposed));
      expect(found.map(({ revision }) => revision)).toEqual(proposed.map((_, index) => BigInt(index)));
    });

    it('the answered revision is what the next append may expect', async () => {
      const stream = fresh();
      let next = (await append(stream, event(0), 'no_stream')).nextExpectedRevision;
      for (let n = 1; n < 5; n++) next = (await append(stream, event(n), next)).nextExpectedRevision;
      expect(await numbersIn(official(), stream)).toEqual([0, 1, 2, 3, 4]);
    });

    it('the answered position is that of the last event', async () => {
      const stream = fresh();
      const { position } = await append(stream, events(3));
      expect((await recorded(stream)).at(-1)?.position).toEqual(position);
    });

    it.each<[string, AppendExpectedRevision]>([
      ['anything', 'any'],
      ['a stream', 'stream_exists'],
      ['the present revision', 1n],
    ])('nothing to append, expecting %s, succeeds with the current revision and a position that is not before the events', async (_case, expected) => {
      const stream = fresh();
      const { position: before } = await append(stream, events(2));
      const { success, nextExpectedRevision, position } = await append(stream, [], expected);
      expect({ success, nextExpectedRevision }).toEqual({ success: true, nextExpectedRevision: 1n });
      expect(position!.commit >= before!.commit).toBe(true);
    });

    it.each<[string, number, AppendExpectedRevision]>([
      ['none where there is one', 2, 'no_stream'],
      ['a stream where there is none', 0, 'stream_exists'],
      ['a revision that has passed', 3, 1n],
      ['a revision to come', 3, 5n],
    ])('nothing to append, expecting %s, is refused', async (_case, existing, expected) => {
      expect((await refusalOf(append(await streamOf(existing), [], expected))).type).toBe('wrong-expected-version');
    });

    it.each<AppendExpectedRevision>(['any', 'no_stream'])('nothing to append, expecting %s, makes no stream', async (expected) => {
      const stream = fresh();
      expect((await append(stream, [], expected)).success).toBe(true);
      expect((await refusalOf(numbersIn(official(), stream))).type).toBe('stream-not-found');
      expect((await append(stream, event(0), 'no_stream')).nextExpectedRevision).toBe(0n);
    });

    it('the largest number of 64 bits is the revision of no stream', async () => {
      const [stream, largest] = [fresh(), 2n ** 64n - 1n];
      expect((await append(stream, event(0), largest)).nextExpectedRevision).toBe(0n);
      expect(await refusalOf(append(stream, event(1), largest))).toMatchObject({ type: 'wrong-expected-version', actual: 0n });
    });

    it.each<[string, EventData]>([
      ['without a type', json('', {})],
      ['whose id is nil', { ...event(0), id: '00000000-0000-0000-0000-000000000000' }],
    ])('an event %s is refused, and what comes with it', async (_case, one) => {
      const stream = fresh();
      await refusalOf(append(stream, [event(0), one]));
      expect((await refusalOf(numbersIn(official(), stream))).type).toBe('stream-not-found');
    });

    it.each(['Blob', 'Ü', '🚀'.repeat(3)])('data, metadata and the type %s in UTF-16 may be as large as the maximum together, and no byte larger', async (type) => {
      const metadata = Buffer.from([1, 2, 3]);
      const sized = (size: number): EventData => binary(type, Buffer.alloc(size - metadata.length - 2 * type.length, 7), metadata);
      expect((await append(fresh(), sized(MEBIBYTE))).success).toBe(true);
      expect((await refusalOf(append(fresh(), sized(MEBIBYTE + 1)))).type).toBe('maximum-append-size-exceeded');
    });

    it('one of many writers of the same revision wins', async () => {
      const stream = await streamOf(1);
      const attempts = await Promise.allSettled(events(12).map((one) => append(stream, one, 0n)));
      expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await numbersIn(official(), stream)).toHaveLength(2);
    });

    it('writers who expect nothing all get in, each with a revision of its own', async () => {
      const stream = fresh();
      const results = await Promise.all(events(30).map((one) => append(stream, one)));
      expect(new Set(results.map(({ nextExpectedRevision }) => nextExpectedRevision)).size).toBe(30);
      expect(await numbersIn(official(), stream)).toHaveLength(30);
    });

    it.each<[string, EventData[]]>([
      ['one event above the maximum append size', [blob(MEBIBYTE + 1024)]],
      ['events that are above the maximum append size together', Array.from({ length: 5 }, () => blob(MEBIBYTE / 4))],
    ])('%s are refused with that size, and nothing is written', async (_case, proposed) => {
      const stream = fresh();
      expect(await refusalOf(append(stream, proposed))).toMatchObject({ type: 'maximum-append-size-exceeded', maxAppendSize: MEBIBYTE });
      expect((await refusalOf(numbersIn(official(), stream))).type).toBe('stream-not-found');
    });

    it('an append a little below the maximum size is kept whole', async () => {
      const stream = fresh();
      await append(stream, blob(MEBIBYTE - 1024));
      const [found] = await recorded(stream);
      expect(Buffer.from(found!.data as Uint8Array).equals(Buffer.alloc(MEBIBYTE - 1024, 7))).toBe(true);
    });

    it('a connection goes on after a refusal', async () => {
      const stream = await streamOf(1);
      await refusalOf(append(stream, event(1), 'no_stream'));
      await refusalOf(append(stream, blob(MEBIBYTE + 1024)));
      expect((await append(stream, event(1), 0n)).nextExpectedRevision).toBe(1n);
    });

    it.each<[string, EventData, Record<string, unknown>]>([
      ['a JSON object', json('Typed', { text: 'ü ☃', deep: { list: [1, null, true] } }), { isJson: true, type: 'Typed', data: { text: 'ü ☃', deep: { list: [1, null, true] } } }],
      ['a JSON list', json('Listed', [1, 2, 3]), { isJson: true, data: [1, 2, 3] }],
      ['a JSON text', json('Said', 'hello'), { isJson: true, data: 'hello' }],
      ['JSON metadata', json('Told', {}, { who: 'me', $correlationId: 'c' }), { metadata: { who: 'me', $correlationId: 'c' } }],
      ['an event without metadata', json('Bare', {}), { metadata: undefined }],
      ['a type with blanks and other letters', json('Größe geändert ☃', {}), { type: 'Größe geändert ☃' }],
      ['a type that begins with a dollar', json('$mine', {}), { type: '$mine' }],
      ['a long type', json('T'.repeat(1000), {}), { type: 'T'.repeat(1000) }],
    ])('%s comes back as it was appended', async (_case, proposed, expected) => {
      const stream = fresh();
      await append(stream, proposed);
      expect((await recorded(stream))[0]).toMatchObject({ id: proposed.id, streamId: stream, revision: 0n, ...expected });
    });

    it.each<[string, number[]]>([
      ['bytes', [0, 1, 127, 128, 255]],
      ['no bytes at all', []],
      ['bytes that look like JSON', [...Buffer.from('{"a":1}')]],
    ])('binary data of %s comes back as it was appended', async (_case, bytes) => {
      const stream = fresh();
      await append(stream, binary('Bytes', Buffer.from(bytes), Buffer.from([9, 255, 8])));
      const [found] = await recorded(stream);
      expect(found).toMatchObject({ isJson: false });
      expect([...(found!.data as Uint8Array)]).toEqual(bytes);
      expect([...(found!.metadata as Uint8Array)]).toEqual([9, 255, 8]);
    });

    it.each(['with blanks in it', 'Ünïcode-☃', 'a/b@c::d', '$system'])('a stream may be named like %s', async (name) => {
      const stream = fresh(name);
      await append(stream, event(1));
      expect((await recorded(stream))[0]?.streamId).toBe(stream);
    });

    it('an event is stamped with the time of its append', async () => {
      const stream = fresh();
      await append(stream, event(0));
      const [found] = await recorded(stream);
      expect(Math.abs(found!.created.getTime() - Date.now())).toBeLessThan(60_000);
    });

    it('an event id may be used again in another stream', async () => {
      const one = event(0);
      for (const stream of [fresh(), fresh()]) expect((await append(stream, one)).nextExpectedRevision).toBe(0n);
    });

    it('an append to a metadata stream sets the metadata', async () => {
      const stream = await streamOf(5);
      await append(`$$${stream}`, json('$metadata', { $maxCount: 2 }));
      expect(await numbersIn(official(), stream)).toEqual([3, 4]);
    });
  });
};

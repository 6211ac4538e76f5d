import type { AppendExpectedRevision, EventData } from '@eventstore/db-client';

import { refusalOf } from './clients.js';
import { APPEND_CALLS, collect, event, events, fresh, idsOf, json, knownCredentials, type Cases } from './support.js';

/** Each way to expect a revision, and how many events the stream has before the append that is repeated. */
const KINDS: readonly [string, AppendExpectedRevision, number][] = [
  ['expecting anything', 'any', 2],
  ['expecting a stream', 'stream_exists', 2],
  ['expecting a revision', 1n, 2],
  ['expecting none', 'no_stream', 0],
];

/** With an exact revision the events have to be where they were. */
const exact = (expected: AppendExpectedRevision): boolean => expected === 'no_stream' || typeof expected === 'bigint';

export const idempotency: Cases = (official) => {
  describe.each(APPEND_CALLS)('%s', (_call, withCredentials) => {
    const append = (stream: string, proposed: EventData | EventData[], expected: AppendExpectedRevision = 'any') =>
      official().append(stream, proposed, expected, withCredentials ? knownCredentials() : undefined);
    const idsIn = async (stream: string) => (await collect(official().db.readStream(stream))).map((found) => found.event!.id);

    describe.each(KINDS)('%s,', (_kind, expected, before) => {
      const streamOf = async (): Promise<{ stream: string; earlier: string[] }> => {
        const stream = fresh();
        const earlier = events(before);
        if (before > 0) await append(stream, earlier);
        return { stream, earlier: idsOf(earlier) };
      };

      it.each([1, 2, 20])('a repeat of %d event(s) is answered as the first time and writes nothing', async (count) => {
        const { stream, earlier } = await streamOf();
        const proposed = events(count);
        const first = await append(stream, proposed, expected);
        expect(await append(stream, proposed, expected)).toEqual(first);
        expect(await append(stream, proposed, expected)).toEqual(first);
        expect(await idsIn(stream)).toEqual([...earlier, ...idsOf(proposed)]);
      });

      it('a repeat is known after later appends to the stream', async () => {
        const { stream } = await streamOf();
        const proposed = events(3);
        const first = await append(stream, proposed, expected);
        for (let n = 0; n < 5; n++) await append(stream, events(4));
        expect(await append(stream, proposed, expected)).toEqual(first);
        expect(await idsIn(stream)).toHaveLength(before + 23);
      });

      it('a repeat is known after many writes to other streams', async () => {
        const { stream } = await streamOf();
        const proposed = events(2);
        const first = await append(stream, proposed, expected);
        for (let n = 0; n < 10; n++) await official().append(fresh(), events(100));
        expect(await append(stream, proposed, expected)).toEqual(first);
        expect(await idsIn(stream)).toHaveLength(before + 2);
      });

      it('a repeat of the first events of an append is answered with the last of them', async () => {
        const { stream } = await streamOf();
        const proposed = events(4);
        await append(stream, proposed, expected);
        expect((await append(stream, proposed.slice(0, 2), expected)).nextExpectedRevision).toBe(BigInt(before + 1));
        expect(await idsIn(stream)).toHaveLength(before + 4);
      });

      it('a repeat of the last events of an append, behind those before them, is one', async () => {
        const { stream } = await streamOf();
        const proposed = events(3);
        const { nextExpectedRevision, position } = await append(stream, proposed, expected);
        const behindFirst = exact(expected) ? BigInt(before) : expected;
        expect(await append(stream, proposed.slice(1), behindFirst)).toMatchObject({ nextExpectedRevision, position });
        expect(await idsIn(stream)).toHaveLength(before + 3);
      });

      it('a repeat that goes on with a new event is refused', async () => {
        const { stream } = await streamOf();
        const proposed = events(2);
        await append(stream, proposed, expected);
        expect((await refusalOf(append(stream, [...proposed, event(9)], expected))).type).toBe('wrong-expected-version');
        expect(await idsIn(stream)).toHaveLength(before + 2);
      });

      it('a repeat with another event in its midst is refused', async () => {
        const { stream } = await streamOf();
        const [a, b, c] = events(3) as [EventData, EventData, EventData];
        await append(stream, [a, b, c], expected);
        expect((await refusalOf(append(stream, [a, event(9), c], expected))).type).toBe('wrong-expected-version');
        expect(await idsIn(stream)).toHaveLength(before + 3);
      });

      it(`the same events in another order are ${exact(expected) ? 'refused' : 'a repeat, answered with the last of them'}`, async () => {
        const { stream } = await streamOf();
        const [a, b] = events(2) as [EventData, EventData];
        await append(stream, [a, b], expected);
        const reversed = append(stream, [b, a], expected);
        if (exact(expected)) expect((await refusalOf(reversed)).type).toBe('wrong-expected-version');
        else expect((await reversed).nextExpectedRevision).toBe(BigInt(before));
        expect(await idsIn(stream)).toHaveLength(before + 2);
      });

      it('a repeat of what is truncated by now is answered with its revision and no position', async () => {
        const { stream } = await streamOf();
        const proposed = events(2);
        const { nextExpectedRevision } = await append(stream, proposed, expected);
        const later = event(9);
        await append(stream, later);
        await official().db.setStreamMetadata(stream, { truncateBefore: Number(nextExpectedRevision) + 1 });
        expect(await append(stream, proposed, expected)).toMatchObject({ success: true, nextExpectedRevision, position: undefined });
        expect(await idsIn(stream)).toEqual([later.id]);
      });

      it(`a repeat after a delete ${expected === 'stream_exists' ? 'finds the stream deleted' : 'is still one, and does not bring the stream back'}`, async () => {
        const { stream } = await streamOf();
        const proposed = events(2);
        const { nextExpectedRevision } = await append(stream, proposed, expected);
        await official().db.deleteStream(stream);
        const repeat = append(stream, proposed, expected);
        if (expected === 'stream_exists') expect((await refusalOf(repeat)).type).toBe('stream-deleted');
        else expect(await repeat).toMatchObject({ nextExpectedRevision, position: undefined });
        expect((await refusalOf(idsIn(stream))).type).toBe('stream-not-found');
      });

      it('a repeat is told by its ids, whatever its data', async () => {
        const { stream } = await streamOf();
        const one = event(1);
        const first = await append(stream, one, expected);
        expect(await append(stream, { ...one, data: { n: 2 } }, expected)).toEqual(first);
      });

      it('a repeat that was sent at once with the first is answered alike', async () => {
        const { stream } = await streamOf();
        const proposed = events(2);
        const answers = await Promise.all(Array.from({ length: 4 }, () => append(stream, proposed, expected)));
        for (const answer of answers) expect(answer.nextExpectedRevision).toBe(BigInt(before + 1));
        expect(await idsIn(stream)).toHaveLength(before + 2);
      });
    });

    it.each<[string, AppendExpectedRevision]>([
      ['anything', 'any'],
      ['a stream', 'stream_exists'],
    ])('expecting %s, an append that begins with a new event is written whole', async (_kind, expected) => {
      const stream = fresh();
      const known = event(0);
      const other = event(1);
      await append(stream, known);
      expect((await append(stream, [other, known], expected)).nextExpectedRevision).toBe(2n);
      expect(await idsIn(stream)).toEqual(idsOf([known, other, known]));
    });

    it('a known event under the present revision is no repeat but a new event', async () => {
      const stream = fresh();
      const one = event(0);
      await append(stream, one, 'no_stream');
      expect((await append(stream, one, 0n)).nextExpectedRevision).toBe(1n);
    });

    it('a known event under a revision that was not its own is refused', async () => {
      const stream = fresh();
      const proposed = events(3);
      await append(stream, proposed);
      expect(await refusalOf(append(stream, proposed[2]!, 0n))).toMatchObject({ type: 'wrong-expected-version', actual: 2n });
    });
  });

  it('a repeat in a metadata stream is one as well, and changes nothing', async () => {
    const stream = fresh();
    const [first, second] = [json('$metadata', { $maxCount: 3 }), json('$metadata', { $maxCount: 4 })];
    for (const one of [first, second]) await official().append(`$$${stream}`, one);
    expect((await official().append(`$$${stream}`, first)).nextExpectedRevision).toBe(0n);
    expect((await official().db.getStreamMetadata(stream)).metadata).toEqual({ maxCount: 4 });
  });

  it('a repeat through the other call is a repeat as well', async () => {
    const stream = fresh();
    const proposed = events(2);
    const first = await official().append(stream, proposed, 'no_stream');
    expect(await official().append(stream, proposed, 'no_stream', knownCredentials())).toEqual(first);
  });
};

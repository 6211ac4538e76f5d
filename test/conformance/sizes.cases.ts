import { randomUUID } from 'node:crypto';

import type { EventData, Position } from '@eventstore/db-client';

import { refusalOf } from './clients.js';
import { endSubscriptions, listen } from './listener.js';
import { APPEND_CALLS, binary, collect, event, events, eventually, fresh, idsOf, json, knownCredentials, numbersIn, type Cases } from './support.js';

const KIBIBYTE = 1024;

export const sizes: Cases = (official) => {
  afterEach(endSubscriptions);

  const eventsOf = async (stream: string) => (await collect(official().db.readStream(stream))).map((found) => found.event!);

  describe('a batch append in parts', () => {
    it.each([1, 400, 5000])('of about %d bytes is one append', async (partSize) => {
      const [stream, proposed] = [fresh(), events(60)];
      const { nextExpectedRevision, position } = await official().appendInParts(stream, proposed, partSize, 'no_stream');
      expect(nextExpectedRevision).toBe(59n);
      const found = await eventsOf(stream);
      expect(found.map(({ id }) => id)).toEqual(idsOf(proposed));
      expect(found.at(-1)?.position).toEqual(position);
    });

    it('is refused whole', async () => {
      const stream = fresh();
      await official().append(stream, event(0));
      expect((await refusalOf(official().appendInParts(stream, events(60), 400, 'no_stream'))).type).toBe('wrong-expected-version');
      expect(await numbersIn(official(), stream)).toEqual([0]);
      expect((await official().append(stream, event(1), 0n)).nextExpectedRevision).toBe(1n);
    });

    it('is known when it is repeated in other parts', async () => {
      const [stream, proposed] = [fresh(), events(60)];
      const first = await official().appendInParts(stream, proposed, 400);
      expect(await official().appendInParts(stream, proposed, 5000)).toEqual(first);
      expect(await numbersIn(official(), stream)).toHaveLength(60);
    });

    it('is not mixed up with others that are sent at the same time', async () => {
      const streams = Array.from({ length: 8 }, () => fresh());
      await Promise.all(streams.map((stream) => official().appendInParts(stream, events(40), 300)));
      for (const stream of streams) expect(await numbersIn(official(), stream)).toEqual(Array.from({ length: 40 }, (_, n) => n));
    });

    it('is refused above the maximum append size, and the next append is not', async () => {
      const stream = fresh();
      const blobs = Array.from({ length: 20 }, () => binary('Blob', Buffer.alloc(100 * KIBIBYTE, 1)));
      expect((await refusalOf(official().appendInParts(stream, blobs, 150 * KIBIBYTE))).type).toBe('maximum-append-size-exceeded');
      expect((await official().append(stream, event(0), 'no_stream')).nextExpectedRevision).toBe(0n);
    });
  });

  describe.each(APPEND_CALLS)('%s', (_call, withCredentials) => {
    const append = (stream: string, proposed: EventData | EventData[]) => official().append(stream, proposed, 'any', withCredentials ? knownCredentials() : undefined);

    it('an event id is the same in capitals', async () => {
      const [stream, one] = [fresh(), event(0)];
      const first = await append(stream, { ...one, id: one.id.toUpperCase() });
      expect((await eventsOf(stream))[0]?.id).toBe(one.id);
      expect(await append(stream, one)).toEqual(first);
    });

    it('a thousand events go in at once', async () => {
      const [stream, proposed] = [fresh(), events(1000)];
      expect((await append(stream, proposed)).nextExpectedRevision).toBe(999n);
      expect((await eventsOf(stream)).map(({ id }) => id)).toEqual(idsOf(proposed));
    });

    it('JSON and binary events keep what they are in one append', async () => {
      const stream = fresh();
      await append(stream, [event(0), binary('Bytes', Buffer.from('{"n":1}')), event(2)]);
      expect((await eventsOf(stream)).map(({ isJson }) => isJson)).toEqual([true, false, true]);
    });

    it('large metadata comes back as it was appended', async () => {
      const [stream, text] = [fresh(), 'x'.repeat(200 * KIBIBYTE)];
      await append(stream, json('Told', { n: 0 }, { text }));
      expect((await eventsOf(stream))[0]?.metadata).toEqual({ text });
    });

    it.each([
      ['no data but metadata', json('Told', {}, { who: 'me' }), { data: {}, metadata: { who: 'me' } }],
      ['deep data', json('Deep', JSON.parse('['.repeat(60) + ']'.repeat(60)) as never[]), { data: JSON.parse('['.repeat(60) + ']'.repeat(60)) as unknown }],
      ['numbers at the edge', json('Edge', { n: Number.MAX_SAFE_INTEGER, m: -0.1, e: 1e300 }), { data: { n: Number.MAX_SAFE_INTEGER, m: -0.1, e: 1e300 } }],
      ['characters beyond the first plane', json('𝕋yped 🚀', { text: '🚀\u0000\n' }), { type: '𝕋yped 🚀', data: { text: '🚀\u0000\n' } }],
    ])('%s comes back as it was appended', async (_case, proposed, expected) => {
      const stream = fresh('𝕊tream 🚀');
      await append(stream, proposed);
      expect((await eventsOf(stream))[0]).toMatchObject({ streamId: stream, ...expected });
    });

    it('streams whose names differ only in capitals, or are each other\'s beginning, are different ones', async () => {
      const base = randomUUID();
      const names = [`a-${base}`, `A-${base}`, `a-${base}-`, `a-${base}-1`];
      for (const [n, name] of names.entries()) await append(name, event(n));
      for (const [n, name] of names.entries()) expect(await numbersIn(official(), name)).toEqual([n]);
    });
  });

  describe('filters', () => {
    const heardThrough = async (filterFor: (part: string) => Parameters<ReturnType<typeof official>['db']['subscribeToAll']>[0], count: number): Promise<number[]> => {
      const part = fresh();
      const start = (await official().append(fresh(), event(-5))).position as Position;
      for (const [n, [stream, type]] of [['Größe', 'Ä'], ['größe', 'Ö'], ['a.b', 'Ä'], ['axb', 'Ö.1']].entries()) await official().append(`${stream}-${part}`, event(n, `${type}-${part}`));
      const listener = listen(official().db.subscribeToAll({ fromPosition: start, ...filterFor(part) }));
      await listener.heard('caught up');
      await eventually(() => listener.numbers().length >= count, () => listener.notes);
      return listener.numbers();
    };

    it.each<[string, string, number[]]>([
      ['letters that are not ASCII', 'Größe-{}', [0]],
      ['a class', '[Gg]röße-{}', [0, 1]],
      ['a point for any character', '^a.b-{}', [2, 3]],
      ['an escaped point', '^a\\.b-{}', [2]],
      ['alternatives', '^(Größe|axb)-{}$', [0, 3]],
      ['a count', '^a.{1,2}b-{}', [2, 3]],
      ['a look-ahead', '^(?![a$]).*-{}', [0, 1]],
    ])('a regex for stream names may hold %s', async (_case, regex, expected) => {
      expect(await heardThrough((part) => ({ filter: official().streamNameFilter({ regex: regex.replace('{}', part) }) }), expected.length)).toEqual(expected);
    });

    it.each<[string, string, number[]]>([
      ['letters that are not ASCII', '^Ä-{}', [0, 2]],
      ['an escaped point', '^Ö\\.\\d-{}', [3]],
      ['nothing else', '-{}', [0, 1, 2, 3]],
    ])('a regex for event types may hold %s', async (_case, regex, expected) => {
      expect(await heardThrough((part) => ({ filter: official().eventTypeFilter({ regex: regex.replace('{}', part) }) }), expected.length)).toEqual(expected);
    });

    it('a prefix is taken as it is written, and is no regex', async () => {
      expect(await heardThrough((part) => ({ filter: official().streamNameFilter({ prefixes: [`a.b-${part}`] }) }), 1)).toEqual([2]);
      expect(await heardThrough((part) => ({ filter: official().eventTypeFilter({ prefixes: [`Ö.1-${part}`] }) }), 1)).toEqual([3]);
    });
  });
};

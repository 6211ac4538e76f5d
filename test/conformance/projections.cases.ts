import type { JSONEventData } from '@eventstore/db-client';

import { connect, type OfficialClient } from './clients.js';
import { endConsumers, onStream } from './consumer.js';
import { endSubscriptions, listen } from './listener.js';
import { binary, collect, event, events, eventually, fresh, json, linkTo, numberOf, numbersIn, type Cases } from './support.js';
import { target } from './targets.js';

/** A word without hyphens that nobody else has used. */
const freshWord = (prefix: string): string => fresh(prefix).replaceAll('-', '');

export const systemProjections: Cases = (_official, name) => {
  let client: OfficialClient;
  const official = (): OfficialClient => client;
  beforeAll(async () => {
    client = await connect(name, target.projecting());
  });
  afterAll(() => client.db.dispose());
  afterEach(async () => {
    await endSubscriptions();
    await endConsumers();
  });

  /** What the links of a stream point to. A stream that is not there has none. */
  const links = async (stream: string, ...rest: [Parameters<OfficialClient['db']['readStream']>[1]?]): Promise<string[]> => {
    try {
      return (await collect(official().db.readStream(stream, rest[0]))).map((found) => Buffer.from(found.event!.data as Uint8Array).toString());
    } catch (error) {
      if ((error as { type?: string }).type === 'stream-not-found') return [];
      throw error;
    }
  };
  const linked = (stream: string, count: number): Promise<void> => eventually(async () => (await links(stream)).length >= count, () => `${count} links in ${stream}`);
  const targets = (stream: string, count: number): string[] => Array.from({ length: count }, (_, n) => `${n}@${stream}`);
  /** Waits until what was appended so far has been looked at. */
  const caughtUp = async (): Promise<void> => {
    const category = freshWord('marker');
    await official().append(`${category}-1`, event(0, category));
    await Promise.all([linked(`$ce-${category}`, 1), linked(`$et-${category}`, 1)]);
  };

  describe('$ce-', () => {
    it('links the events of all streams of a category, in the order of $all', async () => {
      const category = freshWord('order');
      const expected: string[] = [];
      for (let n = 0; n < 9; n++) {
        const stream = `${category}-${n % 3}`;
        const { nextExpectedRevision } = await official().append(stream, event(n));
        expected.push(`${nextExpectedRevision}@${stream}`);
      }
      await linked(`$ce-${category}`, 9);
      expect(await links(`$ce-${category}`)).toEqual(expected);
    });

    it('has the revisions of a stream, and links for events', async () => {
      const category = freshWord('order');
      await official().append(`${category}-1`, events(3));
      await linked(`$ce-${category}`, 3);
      const found = await collect(official().db.readStream(`$ce-${category}`));
      expect(found.map(({ event: link }) => [link!.type, link!.revision])).toEqual([['$>', 0n], ['$>', 1n], ['$>', 2n]]);
    });

    it('gives the events themselves to readers that resolve links, in both directions', async () => {
      const category = freshWord('order');
      await official().append(`${category}-1`, events(4));
      await linked(`$ce-${category}`, 4);
      const found = await collect(official().db.readStream(`$ce-${category}`, { resolveLinkTos: true }));
      expect(found.map(numberOf)).toEqual([0, 1, 2, 3]);
      expect(found.map(({ event: resolved, link }) => [resolved!.streamId, link!.streamId, link!.revision])).toEqual([0n, 1n, 2n, 3n].map((revision) => [`${category}-1`, `$ce-${category}`, revision]));
      expect(await numbersIn(official(), `$ce-${category}`, { resolveLinkTos: true, direction: 'backwards', fromRevision: 'end' })).toEqual([3, 2, 1, 0]);
    });

    it.each<[string, (category: string) => string]>([
      ['one hyphen', (category) => `${category}-1`],
      ['more than one hyphen', (category) => `${category}-eu-west-1`],
      ['nothing behind the hyphen', (category) => `${category}-`],
    ])('ends the category at the first hyphen: a name with %s', async (_case, nameOf) => {
      const category = freshWord('order');
      await official().append(nameOf(category), event(0));
      await linked(`$ce-${category}`, 1);
      expect(await links(`$ce-${category}`)).toEqual([`0@${nameOf(category)}`]);
    });

    it.each<[string, (word: string) => string]>([
      ['without a hyphen', (word) => word],
      ['that begins with a hyphen', (word) => `-${word}`],
      ['of the system', (word) => `$${word}-1`],
    ])('passes over a stream %s', async (_case, nameOf) => {
      const word = freshWord('order');
      await official().append(nameOf(word), event(0));
      await caughtUp();
      for (const stream of [`$ce-${word}`, `$ce-$${word}`, `$ce-`]) expect((await links(stream)).filter((target) => target.includes(word))).toEqual([]);
    });

    it('a link among the events is passed on to what it points to', async () => {
      const [category, target] = [freshWord('order'), freshWord('target')];
      await official().append(target, events(2));
      await official().append(`${category}-1`, linkTo(target, 1));
      await linked(`$ce-${category}`, 1);
      expect(await numbersIn(official(), `$ce-${category}`, { resolveLinkTos: true })).toEqual([1]);
    });

    it.each<[string, (official: OfficialClient, stream: string) => Promise<unknown>]>([
      ['deleted', ({ db }, stream) => db.deleteStream(stream)],
      ['ended by a tombstone', ({ db }, stream) => db.tombstoneStream(stream)],
      ['truncated', ({ db }, stream) => db.setStreamMetadata(stream, { truncateBefore: 2 })],
    ])('links of a stream that was %s stay, without their events', async (_case, end) => {
      const category = freshWord('order');
      await official().append(`${category}-1`, events(2));
      await official().append(`${category}-2`, event(7));
      await linked(`$ce-${category}`, 3);
      await end(official(), `${category}-1`);
      const found = await collect(official().db.readStream(`$ce-${category}`, { resolveLinkTos: true, maxCount: 3 }));
      expect(found.map(({ event: resolved, link }) => [resolved === undefined ? undefined : numberOf({ event: resolved }), link!.revision])).toEqual([[undefined, 0n], [undefined, 1n], [7, 2n]]);
    });

    it('a subscription hears the history, and then what is new', async () => {
      const category = freshWord('order');
      await official().append(`${category}-1`, events(3));
      await linked(`$ce-${category}`, 3);
      const listener = listen(official().db.subscribeToStream(`$ce-${category}`, { resolveLinkTos: true, fromRevision: 'start' }));
      await listener.heard('caught up');
      await official().append(`${category}-2`, event(3));
      await official().append(`${category}-1`, event(4));
      await listener.heard(4);
      expect(listener.numbers()).toEqual([0, 1, 2, 3, 4]);
    });

    it('a subscription may wait for a category that is not there yet', async () => {
      const category = freshWord('order');
      const listener = listen(official().db.subscribeToStream(`$ce-${category}`, { resolveLinkTos: true }));
      await listener.heard('caught up');
      await official().append(`${category}-1`, events(2));
      await listener.heard(1);
      expect(listener.numbers()).toEqual([0, 1]);
    });

    it('a persistent subscription delivers each event of the category once', async () => {
      const category = freshWord('order');
      await official().append(`${category}-1`, events(3));
      const group = onStream(official(), `$ce-${category}`);
      await group.create({ resolveLinkTos: true });
      const consumer = group.connect();
      await consumer.got(3);
      await official().append(`${category}-2`, event(3));
      await consumer.got(4);
      await group.answered();
      expect(consumer.numbers()).toEqual([0, 1, 2, 3]);
    });
  });

  describe('$et-', () => {
    it('links the events of a type over all streams, in the order of $all', async () => {
      const [type, a, b] = [freshWord('Placed'), fresh(), fresh()];
      await official().append(a, [event(0, type), event(1), event(2, type)]);
      await official().append(b, event(3, type));
      await official().append(a, event(4, type));
      await linked(`$et-${type}`, 4);
      expect(await links(`$et-${type}`)).toEqual([`0@${a}`, `2@${a}`, `0@${b}`, `3@${a}`]);
      expect(await numbersIn(official(), `$et-${type}`, { resolveLinkTos: true })).toEqual([0, 2, 3, 4]);
    });

    it('passes over system streams, and over links', async () => {
      const [type, stream] = [freshWord('Placed'), fresh()];
      await official().append(fresh('$system'), event(0, type));
      await official().append(stream, event(1, type));
      await official().append(fresh(), linkTo(stream, 0));
      await caughtUp();
      expect(await links(`$et-${type}`)).toEqual([`0@${stream}`]);
    });
  });

  describe('$streams', () => {
    it('links the first event of each stream', async () => {
      const [a, b] = [fresh(), fresh()];
      await official().append(a, events(3));
      await official().append(b, event(0));
      await official().append(a, event(3));
      await caughtUp();
      const latest = (): Promise<string[]> => links('$streams', { direction: 'backwards', fromRevision: 'end', maxCount: 200 });
      await eventually(async () => (await latest()).includes(`0@${b}`));
      expect((await latest()).filter((target) => target.endsWith(a) || target.endsWith(b))).toEqual([`0@${b}`, `0@${a}`]);
    });
  });

  describe('$bc-', () => {
    const correlated = (n: number, $correlationId: string): JSONEventData => json('Counted', { n }, { $correlationId });

    it('links the events with the same correlation id, in the order of $all', async () => {
      const [id, a, b] = [fresh('correlation'), fresh(), fresh()];
      await official().append(a, [correlated(0, id), correlated(1, fresh()), correlated(2, id)]);
      await official().append(b, correlated(3, id));
      await linked(`$bc-${id}`, 3);
      expect(await links(`$bc-${id}`)).toEqual([`0@${a}`, `2@${a}`, `0@${b}`]);
      expect(await numbersIn(official(), `$bc-${id}`, { resolveLinkTos: true })).toEqual([0, 2, 3]);
      const [link] = await collect(official().db.readStream(`$bc-${id}`));
      expect(link!.event!.metadata).toMatchObject({ $eventTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/) as string });
    });

    it('passes over metadata that holds none, or is no JSON', async () => {
      const [id, stream] = [fresh('correlation'), fresh()];
      await official().append(stream, [json('Counted', {}, { other: id }), binary('Counted', Buffer.from('x'), Buffer.from(id)), correlated(2, id)]);
      await linked(`$bc-${id}`, 1);
      await caughtUp();
      expect(await links(`$bc-${id}`)).toEqual([`2@${stream}`]);
    });
  });

  it('many events are each linked once', async () => {
    const [category, type] = [freshWord('order'), freshWord('Placed')];
    for (let n = 0; n < 4; n++) await official().append(`${category}-1`, events(50, type));
    await Promise.all([linked(`$ce-${category}`, 200), linked(`$et-${type}`, 200)]);
    await caughtUp();
    expect(await links(`$ce-${category}`)).toEqual(targets(`${category}-1`, 200));
    expect(await links(`$et-${type}`)).toEqual(targets(`${category}-1`, 200));
  });
};

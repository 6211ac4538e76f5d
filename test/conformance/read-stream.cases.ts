import type { Direction, ReadRevision } from '@eventstore/db-client';

import { refusalOf } from './clients.js';
import { binary, collect, event, events, fresh, json, linkTo, numberOf, numbersIn, type Cases } from './support.js';

export const readStream: Cases = (official, name) => {
  const streamOf = async (count: number): Promise<string> => {
    const stream = fresh();
    await official().append(stream, events(count));
    return stream;
  };

  it.each<[string, Direction, ReadRevision, number, number[]]>([
    ['forwards from the start', 'forwards', 'start', 100, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['forwards from the start, as many as asked for', 'forwards', 'start', 3, [0, 1, 2]],
    ['forwards from the start, one', 'forwards', 'start', 1, [0]],
    ['forwards from the start, exactly all', 'forwards', 'start', 10, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['forwards from revision 0', 'forwards', 0n, 2, [0, 1]],
    ['forwards from a revision, itself included', 'forwards', 7n, 100, [7, 8, 9]],
    ['forwards from a revision, as many as asked for', 'forwards', 4n, 2, [4, 5]],
    ['forwards from the last revision', 'forwards', 9n, 5, [9]],
    ['forwards from the revision behind the last', 'forwards', 10n, 5, []],
    ['forwards from far behind the last', 'forwards', 5000n, 5, []],
    ['backwards from the end', 'backwards', 'end', 100, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
    ['backwards from the end, as many as asked for', 'backwards', 'end', 3, [9, 8, 7]],
    ['backwards from the end, one', 'backwards', 'end', 1, [9]],
    ['backwards from a revision, itself included', 'backwards', 2n, 100, [2, 1, 0]],
    ['backwards from a revision, as many as asked for', 'backwards', 5n, 2, [5, 4]],
    ['backwards from far behind the last, as many as asked for', 'backwards', 5000n, 3, [9, 8, 7]],
    ['backwards from right behind the last, as many as asked for', 'backwards', 10n, 2, [9, 8]],
  ])('%s', async (_case, direction, fromRevision, maxCount, expected) => {
    expect(await numbersIn(official(), await streamOf(10), { direction, fromRevision, maxCount })).toEqual(expected);
  });

  // The newer client turns a read from the end backwards, and one from the start forwards, whatever it was asked for.
  if (name === '@eventstore/db-client') {
    it('backwards from the start there is the first event', async () => {
      expect(await numbersIn(official(), await streamOf(3), { direction: 'backwards', fromRevision: 'start' })).toEqual([0]);
    });
  }

  it.each<Direction>(['forwards', 'backwards'])('%s, a stream that is not there is not found', async (direction) => {
    const stream = fresh();
    const read = numbersIn(official(), stream, { direction, fromRevision: direction === 'forwards' ? 'start' : 'end' });
    expect(await refusalOf(read)).toMatchObject({ type: 'stream-not-found', streamName: stream });
  });

  it.each<Direction>(['forwards', 'backwards'])('%s, a stream with only metadata is not found', async (direction) => {
    const stream = fresh();
    await official().db.setStreamMetadata(stream, { maxCount: 1 });
    const read = numbersIn(official(), stream, { direction, fromRevision: direction === 'forwards' ? 'start' : 'end' });
    expect((await refusalOf(read)).type).toBe('stream-not-found');
  });

  it.each<Direction>(['forwards', 'backwards'])('%s, a long stream comes whole and in order', async (direction) => {
    const stream = fresh();
    for (let i = 0; i < 3; i++) await official().append(stream, events(500));
    const found = await collect(official().db.readStream(stream, { direction, fromRevision: direction === 'forwards' ? 'start' : 'end' }));
    const revisions = found.map(({ event: recorded }) => Number(recorded?.revision));
    const all = Array.from({ length: 1500 }, (_, n) => n);
    expect(revisions).toEqual(direction === 'forwards' ? all : all.reverse());
  });

  it('large events come whole', async () => {
    const stream = fresh();
    for (let n = 0; n < 5; n++) await official().append(stream, binary('Large', Buffer.alloc(900_000, n)));
    const found = await collect(official().db.readStream(stream));
    expect(found.map(({ event: recorded }) => [(recorded?.data as unknown as Uint8Array).length, (recorded?.data as unknown as Uint8Array)[899_999]])).toEqual(
      [0, 1, 2, 3, 4].map((n) => [900_000, n]),
    );
  });

  it('an append is there for the next read', async () => {
    const stream = fresh();
    for (let n = 0; n < 10; n++) {
      await official().append(stream, event(n));
      expect(await numbersIn(official(), stream, { direction: 'backwards', fromRevision: 'end', maxCount: 1 })).toEqual([n]);
    }
  });

  it('no event of another stream comes along, also of one whose name begins alike', async () => {
    const stream = await streamOf(2);
    await official().append(`${stream}1`, event(50));
    await official().append(stream.toUpperCase(), event(60));
    expect(await numbersIn(official(), stream)).toEqual([0, 1]);
  });

  it('a metadata stream is read as any stream', async () => {
    const stream = await streamOf(1);
    await official().db.setStreamMetadata(stream, { maxCount: 5 });
    const [found] = await collect(official().db.readStream(`$$${stream}`));
    expect(found?.event).toMatchObject({ type: '$metadata', streamId: `$$${stream}`, revision: 0n, data: { $maxCount: 5 } });
  });

  it('many readers at once all get the whole', async () => {
    const stream = await streamOf(100);
    const reads = await Promise.all(Array.from({ length: 10 }, () => numbersIn(official(), stream)));
    for (const read of reads) expect(read).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  describe('links', () => {
    const linked = async () => {
      const [target, links] = [await streamOf(3), fresh()];
      await official().append(links, [linkTo(target, 2), linkTo(target, 0)]);
      return { target, links };
    };

    it('come as their events with the links, if they are to be resolved', async () => {
      const { target, links } = await linked();
      const found = await collect(official().db.readStream(links, { resolveLinkTos: true }));
      expect(found.map(numberOf)).toEqual([2, 0]);
      expect(found[0]).toMatchObject({ event: { streamId: target, revision: 2n }, link: { streamId: links, revision: 0n, type: '$>' } });
    });

    it('come as they are, if they are not to be resolved', async () => {
      const { target, links } = await linked();
      const [found] = await collect(official().db.readStream(links));
      expect(found).toMatchObject({ event: { streamId: links, type: '$>' } });
      expect(found?.link).toBeUndefined();
      expect(Buffer.from(found?.event?.data as unknown as Uint8Array).toString()).toBe(`2@${target}`);
    });

    it('are resolved backwards as well', async () => {
      const { links } = await linked();
      const found = await collect(official().db.readStream(links, { resolveLinkTos: true, direction: 'backwards', fromRevision: 'end' }));
      expect(found.map(numberOf)).toEqual([0, 2]);
    });

    it('among events that are none, are told apart', async () => {
      const [target, links] = [await streamOf(1), fresh()];
      await official().append(links, [event(7), linkTo(target, 0)]);
      const found = await collect(official().db.readStream(links, { resolveLinkTos: true }));
      expect(found.map(({ link }) => link?.revision)).toEqual([undefined, 1n]);
      expect(found.map(numberOf)).toEqual([7, 0]);
    });

    it.each<[string, (target: string) => Promise<unknown>]>([
      ['that was never there', async () => undefined],
      ['of a stream that was deleted', async (target) => {
        await official().append(target, events(3));
        await official().db.deleteStream(target);
      }],
      ['of a stream that has a tombstone', async (target) => {
        await official().append(target, events(3));
        await official().db.tombstoneStream(target);
      }],
      ['that was truncated', async (target) => {
        await official().append(target, events(3));
        await official().db.setStreamMetadata(target, { truncateBefore: 3 });
      }],
    ])('to an event %s come without event', async (_case, prepare) => {
      const [target, links] = [fresh(), fresh()];
      await prepare(target);
      await official().append(links, linkTo(target, 1));
      const [found] = await collect(official().db.readStream(links, { resolveLinkTos: true }));
      expect(found?.event).toBeUndefined();
      expect(found?.link).toMatchObject({ streamId: links, revision: 0n });
    });

    it.each<[string, string, (target: string) => string]>([
      ['names no revision', 'as an event like others', (target) => `last@${target}`],
      ['names nothing', 'as an event like others', () => ''],
      ['names no stream', 'without event', () => '1'],
      ['names the last revision as -1', 'with that event', (target) => `-1@${target}`],
    ])('of which one %s come %s', async (_case, how, text) => {
      const [target, links] = [await streamOf(3), fresh()];
      await official().append(links, binary('$>', Buffer.from(text(target))));
      const [found] = await collect(official().db.readStream(links, { resolveLinkTos: true }));
      if (how === 'as an event like others') expect([found?.event?.streamId, found?.link]).toEqual([links, undefined]);
      else expect([found?.event?.revision, found?.link?.streamId]).toEqual([how === 'without event' ? undefined : 2n, links]);
    });

    it('may lead to streams with an @ in their name', async () => {
      const [target, links] = [fresh('some@where'), fresh()];
      await official().append(target, json('There', { n: 4 }));
      await official().append(links, linkTo(target, 0));
      expect((await collect(official().db.readStream(links, { resolveLinkTos: true }))).map(numberOf)).toEqual([4]);
    });
  });
};

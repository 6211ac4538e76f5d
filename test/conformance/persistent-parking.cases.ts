import type { EventType, StreamMetadata } from '@eventstore/db-client';

import { refusalOf } from './clients.js';
import { endConsumers, onAll, REASON, SOURCES, type Delivered, type Group } from './consumer.js';
import { collect, event, events, eventually, fresh, linkTo, numberOf, type Cases } from './support.js';

export const persistentParking: Cases = (official) => {
  afterEach(endConsumers);

  describe.each(SOURCES)('%s', (_source, groupOn) => {
    /** A group whose first `count` events are parked, with nobody connected. */
    const withParked = async (count: number): Promise<Group> => {
      const group = groupOn(official());
      await official().append(group.stream, events(count));
      await group.create();
      const parking = group.connect((delivered) => delivered.nack('park'));
      await eventually(async () => (await group.parked()) === count);
      await parking.stop();
      return group;
    };

    it('an event that is nacked with retry comes again, with its count', async () => {
      const group = groupOn(official());
      await official().append(group.stream, event(3));
      await group.create();
      const consumer = group.connect((delivered) => (delivered.retry < 3 ? delivered.nack('retry') : delivered.ack()));
      await consumer.got(4);
      await group.answered();
      expect(consumer.seen.map(({ n, retry }) => [n, retry])).toEqual([[3, 0], [3, 1], [3, 2], [3, 3]]);
      expect(await group.parked()).toBe(0);
    });

    it.each([0, 1, 3])('after %d retries it is parked', async (maxRetryCount) => {
      const group = groupOn(official());
      await official().append(group.stream, event(3));
      await group.create({ maxRetryCount });
      const consumer = group.connect((delivered) => delivered.nack('retry'));
      await eventually(async () => (await group.parked()) === 1);
      expect(consumer.seen.map(({ retry }) => retry)).toEqual(Array.from({ length: maxRetryCount + 1 }, (_, retry) => retry));
    });

    it('after too many timeouts it is parked', async () => {
      const group = groupOn(official());
      await official().append(group.stream, event(3));
      await group.create({ maxRetryCount: 1, messageTimeout: 200 });
      const consumer = group.connect(() => undefined);
      await eventually(async () => (await group.parked()) === 1);
      expect(consumer.seen.map(({ retry }) => retry)).toEqual([0, 1]);
    });

    it('an event that is nacked with park is parked at once', async () => {
      const group = groupOn(official());
      await official().append(group.stream, events(3));
      await group.create();
      const consumer = group.connect((delivered) => (delivered.n === 1 ? delivered.nack('park') : delivered.ack()));
      await eventually(async () => (await group.parked()) === 1);
      await group.answered();
      expect(consumer.numbers()).toEqual([0, 1, 2]);
    });

    it('an event that is nacked with skip is neither parked nor sent again', async () => {
      const group = groupOn(official());
      await official().append(group.stream, events(3));
      await group.create();
      const consumer = group.connect((delivered) => delivered.nack('skip'));
      await consumer.got(3);
      await group.answered();
      await official().append(group.stream, event(3));
      await consumer.got(4);
      expect(consumer.numbers()).toEqual([0, 1, 2, 3]);
      expect(await group.parked()).toBe(0);
    });

    it('one parked event does not hold up the others', async () => {
      const group = groupOn(official());
      await official().append(group.stream, events(20));
      await group.create({ maxRetryCount: 2 });
      const consumer = group.connect((delivered) => (delivered.n === 0 ? delivered.nack('retry') : delivered.ack()));
      await eventually(async () => (await group.parked()) === 1);
      await eventually(() => consumer.numbers().includes(19));
      expect(new Set(consumer.numbers()).size).toBe(20);
    });

    it('parked events are links in a stream of their own', async () => {
      const group = await withParked(2);
      const parked = await collect(official().db.readStream(group.parkedStream, { resolveLinkTos: true }));
      expect(parked.map(numberOf).sort()).toEqual([0, 1]);
      expect(parked.every(({ link }) => link?.type === '$>')).toBe(true);
    });

    it('a parked event tells where it was, since when it is parked, and why', async () => {
      const group = await withParked(2);
      const links = await collect(official().db.readStream<EventType>(group.parkedStream));
      const told = links.map(({ event: link }) => link!.metadata as Record<string, unknown>);
      expect(links.map(({ event: link }) => Buffer.from(link!.data as Uint8Array).toString())).toEqual([`0@${group.stream}`, `1@${group.stream}`]);
      for (const { added, reason } of told) {
        expect(Math.abs(new Date(added as string).getTime() - Date.now())).toBeLessThan(60_000);
        expect(reason).toContain(REASON);
      }
      // What is 0 may be left out.
      expect(told.map(({ subscriptionEventNumber = 0 }) => subscriptionEventNumber)).toEqual([0, 1]);
    });

    it('an event that came through a link is parked by itself', async () => {
      const group = groupOn(official());
      const target = `${group.stream}-target`;
      await official().append(target, events(2));
      await official().append(group.stream, linkTo(target, 1));
      await group.create({ resolveLinkTos: true });
      group.connect((delivered) => (delivered.resolved.link === undefined ? delivered.ack() : delivered.nack('park')));
      await eventually(async () => (await group.parked()) === 1);
      const [found] = await collect(official().db.readStream<EventType>(group.parkedStream));
      expect(Buffer.from(found!.event!.data as Uint8Array).toString()).toBe(`1@${target}`);
    });

    it('a replayed event comes through its link in the stream of parked events, and as for the first time', async () => {
      const group = await withParked(1);
      const consumer = group.connect();
      await group.replayParked();
      await consumer.got(1);
      const [{ retry, resolved }] = consumer.seen as [Delivered];
      expect({ retry, of: resolved.event?.streamId, through: resolved.link?.streamId }).toEqual({ retry: 0, of: group.stream, through: group.parkedStream });
    });

    it('a replay truncates the stream of parked events, and keeps it for administrators', async () => {
      const group = await withParked(3);
      const consumer = group.connect();
      await group.replayParked(2);
      await consumer.got(2);
      const acl = { readRoles: '$admins', writeRoles: '$admins', deleteRoles: '$admins', metaReadRoles: '$admins', metaWriteRoles: '$admins' };
      const metadata = async (): Promise<StreamMetadata | undefined> => (await official().db.getStreamMetadata(group.parkedStream)).metadata;
      await eventually(async () => (await metadata()) !== undefined);
      expect(await metadata()).toEqual({ truncateBefore: 2, acl });
    });

    it('a replay passes over events that are gone', async () => {
      const group = await withParked(3);
      await official().db.setStreamMetadata(group.stream, { truncateBefore: 2 });
      const consumer = group.connect();
      await group.replayParked();
      await consumer.got(1);
      await eventually(async () => (await group.parked()) === 0);
      expect(consumer.numbers()).toEqual([2]);
    });

    it('a replay cannot stop before the first event', async () => {
      const group = groupOn(official());
      await group.create();
      expect(await refusalOf(group.replayParked(-1))).toMatchObject({ type: 'persistent-subscription-failed', groupName: group.name });
    });

    it('parked events are not delivered by themselves', async () => {
      const group = await withParked(2);
      const consumer = group.connect();
      await official().append(group.stream, event(2));
      await consumer.got(1);
      expect(consumer.numbers()).toEqual([2]);
    });

    it('a replay delivers the parked events to who is connected, and the count falls', async () => {
      const group = await withParked(3);
      const consumer = group.connect();
      await group.replayParked();
      await consumer.got(3);
      expect(consumer.numbers().sort()).toEqual([0, 1, 2]);
      await eventually(async () => (await group.parked()) === 0);
    });

    it('a replay delivers the parked events to who connects later', async () => {
      const group = await withParked(2);
      await group.replayParked();
      const consumer = group.connect();
      await consumer.got(2);
      expect(consumer.numbers().sort()).toEqual([0, 1]);
    });

    it('a replay may stop before some of the parked events', async () => {
      const group = await withParked(3);
      const consumer = group.connect();
      await group.replayParked(2);
      await consumer.got(2);
      await group.answered();
      expect(await group.parked()).toBe(1);
      await group.replayParked();
      await consumer.got(3);
      expect(consumer.numbers().sort()).toEqual([0, 1, 2]);
    });

    it('a replayed event may be parked again', async () => {
      const group = await withParked(1);
      let parked = 0;
      const consumer = group.connect((delivered) => (parked++ === 0 ? delivered.nack('park') : delivered.ack()));
      await group.replayParked();
      await consumer.got(1);
      await eventually(async () => (await group.parked()) === 1);
      await group.replayParked();
      await consumer.got(2);
      await eventually(async () => (await group.parked()) === 0);
    });

    it('a replayed event that is refused too often is parked anew', async () => {
      const group = await withParked(1);
      await group.update({ maxRetryCount: 1 });
      const consumer = group.connect((delivered) => delivered.nack('retry'));
      await group.replayParked();
      await consumer.got(2);
      await eventually(async () => (await group.parked()) === 1);
      expect(consumer.seen.map(({ n, retry }) => [n, retry])).toEqual([[0, 0], [0, 1]]);
      const links = await collect(official().db.readStream<EventType>(group.parkedStream, { resolveLinkTos: true }));
      expect(links.map(({ event: found }) => [found?.streamId, found?.revision])).toEqual([[group.stream, 0n]]);
    });

    it('a replay with nothing parked delivers nothing', async () => {
      const group = groupOn(official());
      await group.create();
      const consumer = group.connect();
      await group.replayParked();
      await official().append(group.stream, event(0));
      await consumer.got(1);
      expect(consumer.numbers()).toEqual([0]);
    });
  });

  it('to $all: what a group parked is no event for it', async () => {
    const name = fresh('group');
    const group = onAll(official(), `$persistentsubscription-$all::${name}`, name);
    await group.create();
    const consumer = group.connect((delivered) => delivered.nack('park'));
    for (const n of [0, 1]) {
      await official().append(`${group.stream}-other`, event(n));
      await eventually(async () => (await group.parked()) === n + 1);
    }
    expect(consumer.numbers()).toEqual([0, 1]);
  });
};

import { KeyedQueue } from './keyed-queue.js';
import { Slots } from './slots.js';
import { gate } from './testing.js';

test('slots let in as many as there are places, in order', async () => {
  const slots = new Slots(2);
  const gates = [gate(), gate(), gate(), gate()];
  const began: number[] = [];
  const runs = gates.map(({ opened }, index) =>
    slots.run(() => {
      began.push(index);
      return opened;
    }),
  );
  await Promise.resolve();
  expect(began).toEqual([0, 1]);
  gates[1]!.open();
  await runs[1];
  expect(began).toEqual([0, 1, 2]);
  for (const { open } of gates) open();
  await Promise.all(runs);
  expect(began).toEqual([0, 1, 2, 3]);
});

test('a slot is free again after work that fails', async () => {
  const slots = new Slots(1);
  await expect(slots.run(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(await slots.run(() => Promise.resolve('next'))).toBe('next');
});

test('a keyed queue runs one thing at a time for a key, and different keys side by side', async () => {
  const queue = new KeyedQueue();
  const [first, second, other] = [gate(), gate(), gate()];
  const log: string[] = [];
  const work = (name: string, { opened }: { opened: Promise<void> }) => async () => {
    log.push(`begin ${name}`);
    await opened;
    log.push(`end ${name}`);
  };
  queue.add('a', work('a1', first));
  queue.add('a', work('a2', second));
  queue.add('b', work('b1', other));
  other.open();
  second.open();
  await Promise.resolve();
  first.open();
  await queue.idle();
  expect(log.indexOf('begin a2')).toBeGreaterThan(log.indexOf('end a1'));
  expect(log.indexOf('begin b1')).toBeLessThan(log.indexOf('end a1'));
  expect(log).toHaveLength(6);
});

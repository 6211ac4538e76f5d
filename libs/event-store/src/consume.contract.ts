import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsumerOptions, EventStore, RecordedEvent } from './event-store.js';
import { aMoment, gate, numbered, numberOf, type OpenStore, until } from './testing.js';

export function describeConsume(open: OpenStore): void {
  describe('consume', () => {
    let store: EventStore;
    let seen: (number | string)[];
    let inHand: Set<string>;
    let mostInHand: number;
    const see = async (event: RecordedEvent): Promise<void> => void seen.push(numberOf(event));
    const options = (more: Partial<ConsumerOptions> = {}): ConsumerOptions => ({
      group: 'group',
      filter: { prefixes: ['thing-'] },
      onEvent: see,
      onError: (error, event, outcome) => void seen.push(`${outcome} ${numberOf(event)}: ${error instanceof Error ? error.message : String(error)}`),
      ...more,
    });
    /** Notes when two events of one stream are handled at once, and how many streams are. */
    const watched = async (event: RecordedEvent): Promise<void> => {
      if (inHand.has(event.stream)) seen.push('two at once');
      inHand.add(event.stream);
      mostInHand = Math.max(mostInHand, inHand.size);
      await sleep(10);
      inHand.delete(event.stream);
      seen.push(numberOf(event));
    };
    const appendEach = async (count: number, first = 0): Promise<void> => {
      for (let number = first; number < first + count; number++) await store.append(`thing-${number}`, numbered(1, number), 'no-stream');
    };
    beforeEach(async () => {
      seen = [];
      inHand = new Set();
      mostInHand = 0;
      store = await open();
    });
    afterEach(() => store.close());

    test('a new group gets the log from its beginning, and then what is new', async () => {
      await appendEach(3);
      await store.append('other-1', numbered(1, 99), 'no-stream');
      store.consume(options());
      await until(() => seen.length === 3);
      await appendEach(2, 3);
      await until(() => seen.length === 5);
      expect([...seen].sort()).toEqual([0, 1, 2, 3, 4]);
    });

    test('each group gets every event', async () => {
      store.consume(options());
      store.consume(options({ group: 'other group' }));
      await appendEach(5);
      await until(() => seen.length === 10);
      expect([...seen].sort()).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
    });

    test('two consumers of a group share its events', async () => {
      const logs: number[][] = [[], []];
      const into = (log: number[]) => async (event: RecordedEvent) => {
        log.push(numberOf(event));
        await sleep(5);
      };
      for (const log of logs) store.consume(options({ concurrency: 2, onEvent: into(log) }));
      await aMoment();
      await appendEach(60);
      await until(() => logs.flat().length >= 60);
      await aMoment();
      expect(logs.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, number) => number));
      expect(Math.min(...logs.map((log) => log.length))).toBeGreaterThan(5);
    });

    test('an event whose handler throws comes again', async () => {
      let failures = 0;
      const onEvent = async (event: RecordedEvent): Promise<void> => {
        if (numberOf(event) === 1 && failures++ < 2) throw new Error(`failure ${failures}`);
        await see(event);
      };
      store.consume(options({ onEvent }));
      await appendEach(3);
      await until(() => seen.length === 5);
      expect([...seen].sort()).toEqual([0, 1, 2, 'retry 1: failure 1', 'retry 1: failure 2']);
    });

    test('an event that can not be handled is parked, and the rest goes on', async () => {
      const onEvent = async (event: RecordedEvent): Promise<void> => {
        if (numberOf(event) === 0) throw new Error('never');
        await see(event);
      };
      store.consume(options({ onEvent, maxRetries: 2 }));
      await store.append('thing-1', numbered(3), 'no-stream');
      await until(() => seen.includes('park 0: never') && seen.includes(2));
      await aMoment();
      expect(seen.filter((item) => typeof item === 'string')).toEqual(['retry 0: never', 'retry 0: never', 'park 0: never']);
      expect(seen.filter((item) => typeof item === 'number')).toEqual([1, 2]);
    });

    test('events of one stream are handled one after another, of different streams side by side', async () => {
      // Two of each: among the events that the store hands out at once are always three streams, however slowly the answers come.
      for (const stream of ['thing-a', 'thing-b', 'thing-c', 'thing-d', 'thing-e', 'thing-f']) await store.append(stream, numbered(2), 'no-stream');
      store.consume(options({ onEvent: watched, concurrency: 3 }));
      await until(() => seen.length === 12);
      expect(seen).not.toContain('two at once');
      expect(mostInHand).toBe(3);
    });

    test('two consumers do not handle events of one stream at the same time', async () => {
      for (const concurrency of [4, 4]) store.consume(options({ onEvent: watched, concurrency }));
      await aMoment();
      await Promise.all(Array.from({ length: 10 }, (_, stream) => store.append(`thing-${stream}`, numbered(10), 'no-stream')));
      await until(() => seen.length === 100);
      expect(seen).not.toContain('two at once');
    });

    test('the order within a stream is kept while nothing fails', async () => {
      await store.append('thing-1', numbered(100), 'no-stream');
      store.consume(options());
      await until(() => seen.length === 100);
      expect(seen).toEqual(Array.from({ length: 100 }, (_, number) => number));
    });

    test('closing waits for the events in hand; another consumer gets the others, and only those', async () => {
      const { opened, open: finish } = gate();
      const slow = async (event: RecordedEvent): Promise<void> => {
        seen.push(`begin ${numberOf(event)}`);
        await opened;
        seen.push(`end ${numberOf(event)}`);
      };
      const first = store.consume(options({ onEvent: slow, concurrency: 1 }));
      await appendEach(4);
      await until(() => seen.length === 1);
      const closed = first.close();
      await aMoment();
      expect(seen).toEqual(['begin 0']);
      finish();
      await closed;
      expect(seen).toEqual(['begin 0', 'end 0']);
      store.consume(options());
      await until(() => seen.length >= 5);
      await aMoment();
      expect(seen.slice(2).sort()).toEqual([1, 2, 3]);
    });

    test('closing does not wait for the pause before a retry', async () => {
      const failing = async (): Promise<void> => {
        throw new Error('down');
      };
      const first = store.consume(options({ onEvent: failing, maxRetries: 50 }));
      await appendEach(1);
      await until(() => seen.length === 4);
      const begin = Date.now();
      await first.close();
      expect(Date.now() - begin).toBeLessThan(700);
      store.consume(options());
      await until(() => seen.includes(0));
    });
  });
}

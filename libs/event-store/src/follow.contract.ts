import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { CatchUpOptions, EventStore, Position } from './event-store.js';
import { aMoment, firstOf, gate, numbered, numberOf, type OpenStore, until } from './testing.js';

export function describeFollow(open: OpenStore): void {
  describe('follow', () => {
    let store: EventStore;
    let seen: (number | string)[];
    const options = (more: Partial<CatchUpOptions> = {}): CatchUpOptions => ({
      name: 'follower',
      from: undefined,
      onEvent: (event) => void seen.push(numberOf(event)),
      onFailed: (error) => void seen.push(String(error)),
      ...more,
    });
    beforeEach(async () => {
      seen = [];
      store = await open();
    });
    afterEach(() => store.close());

    test('tells history, that it is done, and then what is new', async () => {
      await store.append('thing-1', numbered(40), 'no-stream');
      const slowly = async (event: Parameters<CatchUpOptions['onEvent']>[0]): Promise<void> => {
        await turn();
        seen.push(numberOf(event));
      };
      store.follow(options({ onEvent: slowly, onCaughtUp: () => void seen.push('caught up') }));
      await until(() => seen.includes('caught up'));
      await store.append('other-1', numbered(2, 40), 'no-stream');
      await until(() => seen.includes(41));
      expect(seen).toEqual([...Array.from({ length: 40 }, (_, number) => number), 'caught up', 40, 41]);
    });

    test('starts after a position', async () => {
      const { position } = await store.append('thing-1', numbered(3), 'no-stream');
      await store.append('thing-1', numbered(2, 3), 2);
      store.follow(options({ from: position }));
      await until(() => seen.includes(4));
      expect(seen).toEqual([3, 4]);
    });

    test('an empty log is caught up at once', async () => {
      store.follow(options({ onCaughtUp: () => void seen.push('caught up') }));
      await until(() => seen.length > 0);
      expect(seen).toEqual(['caught up']);
    });

    test('leaves out other streams by a filter, and system streams without one', async () => {
      await store.append('thing-1', numbered(1), 'no-stream');
      await store.append('$slipway-test', numbered(1, 1), 'no-stream');
      await store.append('other-1', numbered(1, 2), 'no-stream');
      await store.append('more-1', numbered(1, 3), 'no-stream');
      const all: number[] = [];
      store.follow(options({ onEvent: (event) => void all.push(numberOf(event)) }));
      store.follow(options({ filter: { prefixes: ['thing-', 'more-'] } }));
      await until(() => seen.includes(3) && all.includes(3));
      expect(seen).toEqual([0, 3]);
      expect(all).toEqual([0, 2, 3]);
    });

    test('a checkpoint passes over what the filter left out, and comes after the events before it', async () => {
      await store.append('thing-1', numbered(1), 'no-stream');
      await store.append('other-1', numbered(600, 1), 'no-stream');
      const checkpoints: Position[] = [];
      const filter = { prefixes: ['thing-'] };
      const onEvent: CatchUpOptions['onEvent'] = async (event) => {
        await sleep(50);
        seen.push(numberOf(event), `${checkpoints.length} checkpoints`);
      };
      store.follow(options({ filter, onEvent, onCheckpoint: (position) => void checkpoints.push(position) }));
      await until(() => checkpoints.length >= 2);
      expect(seen).toEqual([0, '0 checkpoints']);
      expect(checkpoints).toEqual([...checkpoints].sort());
      expect(checkpoints[0]! > (await firstOf(store.readAll())).position).toBe(true);
    });

    test('handles one event at a time, however slowly', async () => {
      await store.append('thing-1', numbered(20), 'no-stream');
      let inHand = 0;
      let most = 0;
      const onEvent = async (event: { data: unknown }): Promise<void> => {
        most = Math.max(most, ++inHand);
        await sleep(2);
        inHand--;
        seen.push(numberOf(event));
      };
      store.follow(options({ onEvent }));
      await until(() => seen.length === 20);
      expect(most).toBe(1);
      expect(seen).toEqual([...seen].sort((a, b) => Number(a) - Number(b)));
    });

    test('a handler that throws ends it', async () => {
      await store.append('thing-1', numbered(5), 'no-stream');
      const onEvent = (event: { data: unknown }): void => {
        if (numberOf(event) === 2) throw new Error('two is too much');
        seen.push(numberOf(event));
      };
      store.follow(options({ onEvent }));
      await until(() => seen.length === 3);
      await aMoment();
      expect(seen).toEqual([0, 1, 'Error: two is too much']);
    });

    test('closing waits for the event in hand and lets no other follow', async () => {
      await store.append('thing-1', numbered(5), 'no-stream');
      const { opened, open: finish } = gate();
      const onEvent = async (event: { data: unknown }): Promise<void> => {
        seen.push(`begin ${numberOf(event)}`);
        await opened;
        seen.push(`end ${numberOf(event)}`);
      };
      const subscription = store.follow(options({ onEvent }));
      await until(() => seen.length === 1);
      const closed = subscription.close().then(() => seen.push('closed'));
      await aMoment();
      expect(seen).toEqual(['begin 0']);
      finish();
      await closed;
      await store.append('thing-1', numbered(1, 5), 4);
      await aMoment();
      expect(seen).toEqual(['begin 0', 'end 0', 'closed']);
    });

    test('many followers each see the whole log', async () => {
      const logs = Array.from({ length: 10 }, (): number[] => []);
      for (const log of logs) store.follow(options({ onEvent: (event) => void log.push(numberOf(event)) }));
      for (let number = 0; number < 30; number++) await store.append(`thing-${number}`, numbered(1, number), 'no-stream');
      await until(() => logs.every((log) => log.length === 30));
      for (const log of logs) expect(log).toEqual(Array.from({ length: 30 }, (_, number) => number));
    });
  });
}

import { type Command, type Decider, type DomainEvent, SlipwayError } from '@slipway/kernel';
import { digestOf } from './digest.js';
import type { EventStore } from './event-store.js';
import { execute, type Execution, type Outcome } from './execute.js';
import { losesAnswers, type Loss } from './loses-answers.js';
import { START } from './position.js';
import { collect, type OpenStore } from './testing.js';

type Counted = DomainEvent<'Counted', { by: number; total: number; at: string }>;
type Count = Command<'Count', { by: number }> & { readonly times?: number };

/** Counts up; by nothing is no event; a negative total is refused. Counting by two or more makes one event for each one. */
const counter: Decider<Count, number, Counted> = {
  initial: () => 0,
  evolve: (_total, { data }) => data.total,
  decide({ data: { by }, at, times = 1 }, total) {
    if (by < 0) throw new SlipwayError('INVALID_COMMAND', 'a counter only goes up');
    return Array.from({ length: by * times }, (_, index) => ({ type: 'Counted', data: { by: 1, total: total + index + 1, at } }));
  },
};

const STREAM = 'counter-1';

function count(commandId: string, by: number, more: Partial<Execution<number>> = {}): Execution<number> {
  const command = { type: 'Count', data: { by } };
  return { stream: STREAM, commandId, correlationId: `chain of ${commandId}`, actor: 'person:alice', at: '2026-01-01T00:00:00.000Z', command, ...more };
}

export function describeExecute(open: OpenStore): void {
  describe('execute', () => {
    let store: EventStore;
    const run = (execution: Execution<number>, on = store): Promise<Outcome<number, Counted>> => execute(on, counter, execution);
    const totals = async (): Promise<number[]> => (await collect(store.read(STREAM))).map(({ data }) => (data as Counted['data']).total);
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    test('appends what was decided, with who, why and under which command', async () => {
      await run(count('a', 1));
      const outcome = await run(count('b', 2, { traceparent: '00-trace', schema: () => 3 }));
      const recorded = (await collect(store.read(STREAM))).slice(1);
      const { position } = recorded[1]!;
      expect(outcome).toEqual({ stream: STREAM, revision: 2, position, repeated: false, events: recorded.map(({ type, data }) => ({ type, data })), state: 3 });
      const commandDigest = digestOf({ type: 'Count', data: { by: 2 } });
      const metadata = { $correlationId: 'chain of b', $causationId: 'b', actor: 'person:alice', commandDigest, schema: 3, traceparent: '00-trace' };
      for (const event of recorded) expect(event.metadata).toEqual(metadata);
    });

    test('a repeated command gets its first outcome, also when the stream has moved on', async () => {
      const first = await run(count('a', 2));
      await run(count('b', 3));
      const again = await run(count('a', 2, { at: '2026-02-02T00:00:00.000Z' }));
      expect(again).toEqual({ ...first, repeated: true, state: 5 });
      expect(await totals()).toEqual([1, 2, 3, 4, 5]);
    });

    test('a command id that was used for another command is refused', async () => {
      await run(count('a', 2));
      await expect(run(count('a', 3))).rejects.toMatchObject({ code: 'COMMAND_ID_REUSED' });
      expect(await totals()).toEqual([1, 2]);
    });

    test('one command id on two streams is two commands', async () => {
      await run(count('a', 1));
      expect(await run(count('a', 2, { stream: 'counter-2' }))).toMatchObject({ repeated: false, state: 2 });
      const ids = (await collect(store.readAll())).map(({ id }) => id);
      expect(new Set(ids).size).toBe(3);
    });

    test('a decision for nothing appends nothing and answers where the stream is', async () => {
      expect(await run(count('a', 0))).toEqual({ stream: STREAM, revision: -1, position: START, repeated: false, events: [], state: 0 });
      const { revision, position } = await run(count('b', 2));
      expect(await run(count('c', 0))).toEqual({ stream: STREAM, revision, position, repeated: false, events: [], state: 2 });
    });

    test('what the decider refuses leaves no trace', async () => {
      await expect(run(count('a', -1))).rejects.toMatchObject({ code: 'INVALID_COMMAND' });
      expect(await totals()).toEqual([]);
    });

    test('facts are asked of the state, and again when another writer was faster', async () => {
      await run(count('a', 1));
      const states: number[] = [];
      const facts = async (state: number): Promise<object> => {
        if (states.push(state) === 1) await run(count('faster', 1));
        return { times: 2 };
      };
      expect(await run(count('b', 1, { facts }))).toMatchObject({ state: 4 });
      expect(states).toEqual([1, 2]);
    });

    test('gives up when others are faster each time', async () => {
      let faster = 0;
      const facts = async (): Promise<object> => {
        await run(count(`faster ${++faster}`, 1));
        return {};
      };
      await expect(run(count('a', 1, { facts }))).rejects.toMatchObject({ code: 'CONCURRENT_CHANGE' });
      expect(await totals()).toEqual([1, 2, 3, 4, 5, 6]);
    });

    test('20 writers on one stream lose nothing and double nothing', async () => {
      const writer = async (name: string): Promise<void> => {
        for (let number = 0; number < 3; ) {
          try {
            await run(count(`${name} ${number}`, 1));
            number++;
          } catch (error) {
            if (!(error instanceof SlipwayError) || error.code !== 'CONCURRENT_CHANGE') throw error;
          }
        }
      };
      await Promise.all(Array.from({ length: 20 }, (_, index) => writer(`writer ${index}`)));
      expect(await totals()).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
      const commands = (await collect(store.read(STREAM))).map(({ metadata }) => metadata.$causationId);
      expect(new Set(commands).size).toBe(60);
    }, 30_000);

    test('one command sent to many replicas at once is answered once, whatever each one’s clock says', async () => {
      const sent = Array.from({ length: 10 }, (_, index) => run(count('a', 2, { at: `2026-01-01T00:00:0${index}.000Z` })));
      const outcomes = await Promise.all(sent);
      expect(await totals()).toEqual([1, 2]);
      for (const outcome of outcomes) expect(outcome.events).toEqual(outcomes[0]!.events);
      expect(outcomes.filter(({ repeated }) => !repeated)).toHaveLength(1);
    });

    test('two commands sent at once under one id: one is refused', async () => {
      const outcomes = await Promise.allSettled([run(count('a', 1)), run(count('a', 2))]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'COMMAND_ID_REUSED' } });
    });

    test.each<Loss[]>([['request'], ['answer'], ['late'], ['request', 'answer'], ['late', 'request'], ['late', 'late']])('an unknown outcome is resolved: %j', async (...losses) => {
      await run(count('before', 1));
      const lossy = losesAnswers(store, losses);
      const outcome = await run(count('a', 2), lossy);
      expect(outcome).toMatchObject({ revision: 2, repeated: false, state: 3 });
      expect(await totals()).toEqual([1, 2, 3]);
      expect(await run(count('a', 2))).toEqual({ ...outcome, repeated: true });
      for (const events of lossy.appends) expect(events).toEqual(lossy.appends[0]);
    });

    test('an outcome that stays unknown is a timeout; the same command id then learns it', async () => {
      const lost = run(count('a', 1), losesAnswers(store, ['request', 'request', 'answer']));
      await expect(lost).rejects.toMatchObject({ code: 'TIMED_OUT' });
      await expect(lost).rejects.toThrow('send the same command id again');
      expect(await run(count('a', 1))).toMatchObject({ repeated: true, state: 1 });
      expect(await totals()).toEqual([1]);
    });
  });
}

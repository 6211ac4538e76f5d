import { describeEventStore } from './event-store.contract.js';
import { InMemoryEventStore } from './in-memory-event-store.js';
import { numbered, numberOf, until } from './testing.js';

describeEventStore(async (upcasters) => new InMemoryEventStore({ ...(upcasters && { upcasters }) }));

test('keeps what a group parked', async () => {
  const store = new InMemoryEventStore();
  const onEvent = async (): Promise<void> => {
    throw new Error('never');
  };
  let parked = false;
  store.consume({ group: 'group', filter: { prefixes: ['thing-'] }, onEvent, onError: (_error, _event, outcome) => (parked = outcome === 'park'), maxRetries: 0 });
  await store.append('thing-1', numbered(1, 7), 'no-stream');
  await until(() => parked);
  expect(store.parked('group').map(numberOf)).toEqual([7]);
  await store.close();
});

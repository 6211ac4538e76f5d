import { compareWithModel } from './test-model-run.js';

jest.setTimeout(60_000);

// `npm run chaos:event-store` tries 5,000.
it('answers 300 random sequences as the model of EventStoreDB does', async () => {
  expect(await compareWithModel(300, Date.now() % 2 ** 31)).toBeUndefined();
});

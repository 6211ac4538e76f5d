import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedEventStore, startEmbeddedEventStore } from '@slipway/embedded-event-store';
import { describeEventStore } from './event-store.contract.js';
import { connectEventStore } from './event-store-db.js';

// Each test starts a server of its own, on machines that may be busy.
jest.setTimeout(30_000);

describe('the contract, over the wire', () => {
  let server: EmbeddedEventStore;
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'event-store-'));
    server = await startEmbeddedEventStore({ directory });
  });
  afterEach(async () => {
    await server.close();
    await rm(directory, { recursive: true });
  });

  describeEventStore(async (upcasters) => connectEventStore({ connectionString: server.connectionString, ...(upcasters && { upcasters }) }));
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bus } from '@slipway/messaging';
import { startNats } from './nats-server.js';

it('a client of the bus ends, and stops dialling, also when its server is gone', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'bus-close-'));
  const nats = await startNats(directory);
  const bus = await Bus.connect(nats.address('gateway'), 'gateway');
  await nats.stop();
  await bus.close();
  expect(bus.connection.isClosed()).toBe(true);
  rmSync(directory, { recursive: true });
}, 15_000);

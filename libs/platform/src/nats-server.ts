import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SlipwayError } from '@slipway/kernel';
import { ManagedProcess, type ProcessSpec } from './managed-process.js';
import { freePort, listening } from './ports.js';
import { ROOT } from './root.js';

/** Where `npm run demo` and `npm start` put the system package's binary when the machine has none installed. */
export const LOCAL_NATS_DIRECTORY = join(ROOT, 'node_modules/.cache/slipway/nats-server/usr/sbin');

/** @throws SlipwayError NATS_SERVER_MISSING that says how to get it. */
export function findNatsServer(): string {
  const places = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/bin', LOCAL_NATS_DIRECTORY];
  for (const place of places) {
    const file = join(place, 'nats-server');
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not here: look in the next place.
    }
  }
  throw new SlipwayError(
    'NATS_SERVER_MISSING',
    'nats-server is not installed. On Debian or Ubuntu: sudo apt-get install nats-server. Or set SLIPWAY_NATS to a server that runs already.',
  );
}

export function natsServer(directory: string, port: number): ProcessSpec {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'nats.conf');
  writeFileSync(
    file,
    [
      `listen: "127.0.0.1:${port}"`,
      'server_name: slipway',
      '# A candidate with 1,000 commits, or a page of a timeline, fits.',
      'max_payload: 8MB',
      'max_pending: 64MB',
      '',
    ].join('\n'),
  );
  return {
    name: 'nats-server',
    command: [findNatsServer(), '-c', file],
    environment: {},
    logFile: join(directory, 'nats-server.log'),
    ready: (_child, exited) => Promise.race([listening(port), exited]),
  };
}

/** A NATS server by itself, on a free port: for tests and tools. */
export async function startNats(directory: string): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const port = await freePort();
  const server = new ManagedProcess(natsServer(directory, port), () => undefined);
  await server.start();
  return { url: `nats://127.0.0.1:${port}`, stop: () => server.stop() };
}

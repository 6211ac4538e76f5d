import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SlipwayError } from '@slipway/kernel';
import { type BusAddress, type BusIdentity, platformIdentities } from '@slipway/messaging';
import { ManagedProcess, type ProcessSpec } from './managed-process.js';
import { keysFolder, seedFile, writeNatsFolder } from './nats-folder.js';
import { freePort, listening } from './ports.js';
import { ROOT } from './root.js';

/** Where `npm run demo` and `npm start` put the system package's binary when the machine has none installed. */
const LOCAL_NATS_DIRECTORY = join(ROOT, 'node_modules/.cache/slipway/nats-server/usr/sbin');

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
    'nats-server is not installed. On Debian or Ubuntu: sudo apt-get install nats-server. Or set SLIPWAY_NATS to a server that runs already (docs/reference/bus.md).',
  );
}

/** @param directory keeps its configuration, the keys of the identities, and its log */
export function natsServer(directory: string, port: number, identities: readonly BusIdentity[] = platformIdentities()): ProcessSpec {
  const file = writeNatsFolder(directory, identities, { host: '127.0.0.1', port });
  return {
    name: 'nats-server',
    command: [findNatsServer(), '-c', file],
    environment: {},
    logFile: join(directory, 'nats-server.log'),
    ready: (_child, exited) => Promise.race([listening(port), exited]),
  };
}

export interface LoneNats {
  readonly url: string;
  /** How an identity gets in. */
  address(identity: string): BusAddress;
  /** Makes it read its configuration again. */
  reload(): void;
  stop(): Promise<void>;
}

/** A NATS server by itself, on a free port: for tests and tools. */
export async function startNats(directory: string, identities?: readonly BusIdentity[]): Promise<LoneNats> {
  const port = await freePort();
  const server = new ManagedProcess(natsServer(directory, port, identities), () => undefined);
  await server.start();
  const url = `nats://127.0.0.1:${port}`;
  return {
    url,
    address: (identity) => ({ servers: url, seedFile: seedFile(keysFolder(directory), identity) }),
    reload: () => void process.kill(server.pid!, 'SIGHUP'),
    stop: () => server.stop(),
  };
}

import { join } from 'node:path';
import { setUpAccess } from '@slipway/event-store/access';
import { codeOf, SlipwayError } from '@slipway/kernel';
import { ADMINISTRATOR, type EventStoreAccess, eventStoreAddress, passwordFile, passwordFolder } from './event-store-keys.js';
import type { ProcessSpec } from './managed-process.js';
import { listening } from './ports.js';
import { ROOT } from './root.js';

/** Where the embedded event store's files are in a platform's data directory. */
export const eventStoreDirectory = (data: string): string => join(data, 'event-store');

/** The platform's own event store on a port of this machine: the embedded server, with TLS. */
export function localEventStore(data: string, port: number): EventStoreAccess {
  const authority = join(eventStoreDirectory(data), 'certs/ca.crt');
  // By its name: Node warns of TLS to an address.
  return { eventStore: `esdb://localhost:${port}?tls=true&tlsCAFile=${encodeURIComponent(authority)}`, eventStoreKeys: join(data, 'event-store-keys') };
}

export function eventStoreServer(data: string, port: number): ProcessSpec {
  return {
    name: 'event-store',
    command: [process.execPath, join(ROOT, 'libs/embedded-event-store/dist/main.js')],
    environment: {
      ...process.env,
      SLIPWAY_EVENTSTORE_DIR: eventStoreDirectory(data),
      SLIPWAY_EVENTSTORE_PORT: String(port),
      SLIPWAY_EVENTSTORE_HOST: '127.0.0.1',
      SLIPWAY_EVENTSTORE_TLS: 'true',
      SLIPWAY_EVENTSTORE_ALLOW_ANONYMOUS: 'false',
    },
    logFile: join(data, 'logs/event-store.log'),
    ready: (_child, exited) => Promise.race([listening(port), exited]),
  };
}

/**
 * Before the server is started: whoever owns the files is the administrator. Also for a directory of a version without users, and
 * after the password was lost.
 */
export async function ensureEventStoreAdministrator(data: string, access: EventStoreAccess): Promise<void> {
  if (passwordFolder(access.eventStoreKeys).get(ADMINISTRATOR) !== undefined) return;
  // Once in the life of a platform: its other starts need no database in this process.
  const { makeAdministrator } = await import('./event-store-administrator.js');
  await makeAdministrator(eventStoreDirectory(data), access);
}

/** After it: users, rights and groups. */
export async function setUpEventStore(access: EventStoreAccess): Promise<void> {
  try {
    await setUpAccess(eventStoreAddress(access, ADMINISTRATOR), passwordFolder(access.eventStoreKeys));
  } catch (error) {
    if (codeOf(error) !== 'CONFIG_INVALID') throw error;
    const file = passwordFile(access.eventStoreKeys, ADMINISTRATOR);
    throw new SlipwayError('CONFIG_INVALID', `the event store does not know the password in ${file}, as after a restore: delete that file and start again`, [], { cause: error });
  }
}

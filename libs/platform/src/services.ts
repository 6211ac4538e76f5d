import { join } from 'node:path';
import { assertionKeyFiles } from './assertion-keys.js';
import { type EventStoreAccess, eventStoreAddress } from './event-store-keys.js';
import type { ProcessSpec } from './managed-process.js';
import { seedFile } from './nats-folder.js';
import { ROOT } from './root.js';

export const SERVICES = ['planning', 'admission', 'build', 'deployment', 'query', 'audit'] as const;
export type Service = (typeof SERVICES)[number];

export interface Connections extends EventStoreAccess {
  readonly nats: string;
  /** Folder with the key of each identity on the bus, `<name>.seed`. */
  readonly natsKeys: string;
  /** `http://127.0.0.1:7070` */
  readonly gateway: string;
}

/** @param instance the replica's lasting name; a second replica of a service needs another one, and its own directory. */
export function serviceProcess(service: Service, data: string, connections: Connections, instance: string = service): ProcessSpec {
  return {
    name: instance,
    command: [process.execPath, join(ROOT, `apps/${service}/dist/main.js`)],
    environment: {
      ...process.env,
      SLIPWAY_NATS: connections.nats,
      SLIPWAY_NATS_SEED_FILE: seedFile(connections.natsKeys, service),
      SLIPWAY_EVENTSTORE: eventStoreAddress(connections, service),
      SLIPWAY_ASSERTION_KEYS_FILE: assertionKeyFiles(data).publicFile,
      SLIPWAY_DATA: join(data, instance),
      SLIPWAY_INSTANCE: instance,
      SLIPWAY_ARTIFACTS: join(data, 'artifacts'),
      SLIPWAY_SECRETS: join(data, 'secrets'),
    },
    logFile: join(data, `logs/${instance}.log`),
    ipc: true,
    ready: (child, exited) => Promise.race([new Promise<void>((resolve) => child.once('message', () => resolve())), exited]),
  };
}

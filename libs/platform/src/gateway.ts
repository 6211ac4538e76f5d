import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { assertionKeyFiles } from './assertion-keys.js';
import type { ProcessSpec } from './managed-process.js';
import { seedFile } from './nats-folder.js';
import { freePort, portOf } from './ports.js';
import { ROOT } from './root.js';
import type { Connections } from './services.js';

const directoryOf = (data: string): string => join(data, 'gateway');

/** The file with the first administrator's token, until somebody removes it. */
export function firstAdministratorFile(data: string): string | undefined {
  const file = join(directoryOf(data), 'first-administrator.token');
  return existsSync(file) ? file : undefined;
}

/**
 * Where the gateway will listen: as SLIPWAY_HTTP_HOST, SLIPWAY_HTTP_PORT and SLIPWAY_TLS_CERT_FILE say; else on loopback,
 * on the port that it had before if that is free.
 */
export async function gatewayUrl(before: string | undefined, { SLIPWAY_HTTP_HOST: host, SLIPWAY_HTTP_PORT: port, SLIPWAY_TLS_CERT_FILE: cert }: NodeJS.ProcessEnv): Promise<string> {
  return `${cert ? 'https' : 'http'}://${host || '127.0.0.1'}:${port || (await freePort(portOf(before)))}`;
}

/** The HTTP edge. The rest of its environment, such as the OpenID provider, is the launcher's own. */
export function gatewayProcess(data: string, { nats, natsKeys, gateway }: Connections): ProcessSpec {
  return {
    name: 'gateway',
    command: [process.execPath, join(ROOT, 'apps/gateway/dist/main.js')],
    environment: {
      ...process.env,
      SLIPWAY_NATS: nats,
      SLIPWAY_NATS_SEED_FILE: seedFile(natsKeys, 'gateway'),
      SLIPWAY_ASSERTION_KEY_FILE: assertionKeyFiles(data).privateFile,
      SLIPWAY_DATA: directoryOf(data),
      SLIPWAY_INSTANCE: 'gateway',
      SLIPWAY_HTTP_PORT: String(portOf(gateway)),
    },
    logFile: join(data, 'logs/gateway.log'),
    ipc: true,
    ready: (child, exited) => Promise.race([new Promise<void>((resolve) => child.once('message', () => resolve())), exited]),
  };
}

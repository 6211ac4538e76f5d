import { readFileSync } from 'node:fs';
import type { SecureContextOptions } from 'node:tls';
import { SlipwayError } from '@slipway/kernel';
import type { GatewayConfig } from './gateway.config.js';
import { readPrivateFile } from './private-file.js';

const PORT = 7_070;

/** Where the gateway listens, and how. */
export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: SecureContextOptions | undefined;
}

/** @throws SlipwayError CONFIG_INVALID when it would speak to other machines without TLS */
export function listenOptions({ SLIPWAY_HTTP_HOST: host = '127.0.0.1', SLIPWAY_HTTP_PORT: port = PORT, SLIPWAY_TLS_CERT_FILE: cert, SLIPWAY_TLS_KEY_FILE: key }: GatewayConfig): ListenOptions {
  if ((cert === undefined) !== (key === undefined)) throw new SlipwayError('CONFIG_INVALID', 'SLIPWAY_TLS_CERT_FILE and SLIPWAY_TLS_KEY_FILE belong together');
  if (cert !== undefined && key !== undefined) return { host, port, tls: { cert: certificate(cert), key: readPrivateFile(key, 'the key for TLS'), minVersion: 'TLSv1.2' } };
  if (!isLoopback(host)) throw new SlipwayError('CONFIG_INVALID', `tokens would be readable on the way to ${host}: give SLIPWAY_TLS_CERT_FILE and SLIPWAY_TLS_KEY_FILE, or listen on 127.0.0.1`);
  return { host, port, tls: undefined };
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

function certificate(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new SlipwayError('CONFIG_INVALID', `the certificate for TLS can't be read: ${error instanceof Error ? error.message : String(error)}`, [], { cause: error });
  }
}

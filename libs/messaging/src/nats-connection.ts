import { readFileSync } from 'node:fs';
import { SlipwayError } from '@slipway/kernel';
import { type ConnectionOptions, ErrorCode as NatsErrorCode, Events, type NatsConnection, nkeyAuthenticator } from 'nats';
import { inboxPrefix } from './bus-identities.js';
import { publicKey } from './nkey.js';

/** Where the bus is, and the key with which one enters. */
export interface BusAddress {
  /** `nats://host:port[,…]`; `tls://` insists on TLS. */
  readonly servers: string;
  /** File with the seed of an nkey, `SU…`. Read at each connection, so that a key can be changed while a process runs. */
  readonly seedFile: string;
  /** Paths of PEM files: whom to trust, and what to show where the server asks for a certificate. */
  readonly tls?: { readonly caFile?: string; readonly certFile?: string; readonly keyFile?: string };
}

/** Keys of a configuration, or of the environment. */
export interface TlsFiles {
  readonly SLIPWAY_NATS_TLS_CA_FILE?: string | undefined;
  readonly SLIPWAY_NATS_TLS_CERT_FILE?: string | undefined;
  readonly SLIPWAY_NATS_TLS_KEY_FILE?: string | undefined;
}

export function busAddress(servers: string, seedFile: string, named: TlsFiles): BusAddress {
  const files = { caFile: named.SLIPWAY_NATS_TLS_CA_FILE, certFile: named.SLIPWAY_NATS_TLS_CERT_FILE, keyFile: named.SLIPWAY_NATS_TLS_KEY_FILE };
  const tls = Object.fromEntries(Object.entries(files).filter(([, file]) => file));
  return { servers, seedFile, ...(Object.keys(tls).length > 0 && { tls }) };
}

/** @param identity whose key it is: names the inbox and the connection. @throws SlipwayError CONFIG_INVALID when there is no seed in the file */
export function connectionOptions({ servers, seedFile, tls }: BusAddress, identity: string): ConnectionOptions {
  publicKey(readSeed(seedFile), seedFile);
  return {
    servers: servers.split(','),
    name: identity,
    inboxPrefix: inboxPrefix(identity),
    authenticator: nkeyAuthenticator(() => Buffer.from(readSeed(seedFile), 'ascii')),
    // A key that is being changed is refused for a while.
    ignoreAuthErrorAbort: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    ...((tls || servers.includes('tls://')) && { tls: tls ?? {} }),
  };
}

function readSeed(file: string): string {
  try {
    return readFileSync(file, 'ascii').trim();
  } catch (error) {
    throw new SlipwayError('CONFIG_INVALID', `the key for the bus can't be read: ${error instanceof Error ? error.message : String(error)}`, [], { cause: error });
  }
}

/** Something that the server did not let this connection do. */
export interface Refusal {
  readonly operation: 'publish' | 'subscription' | 'connect';
  /** Missing where the server does not say. */
  readonly subject?: string;
}

/** Calls back with each thing that the server refuses, once, until the connection ends. */
export async function watchRefusals(connection: NatsConnection, onRefused: (refusal: Refusal) => void): Promise<void> {
  let told = new Set<string>();
  for await (const { type, data, permissionContext } of connection.status()) {
    if (String(type) !== ERROR || typeof data !== 'string' || !REFUSED.has(data)) continue;
    const operation = data === UNKNOWN_KEY ? 'connect' : permissionContext?.operation === 'subscription' ? 'subscription' : 'publish';
    const subject = permissionContext?.subject;
    const key = `${operation} ${subject}`;
    if (told.has(key)) continue;
    if (told.size >= MAX_TOLD) told = new Set();
    told.add(key);
    onRefused({ operation, ...(subject !== undefined && { subject }) });
  }
}

const ERROR: string = Events.Error;
const MAX_TOLD = 1_000;
const UNKNOWN_KEY: string = NatsErrorCode.AuthorizationViolation;
const REFUSED = new Set<string>([NatsErrorCode.PermissionsViolation, UNKNOWN_KEY]);

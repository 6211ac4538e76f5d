import { readFileSync } from 'node:fs';

import type { Credentials } from '@eventstore/db-client';

function given(variable: string): string | undefined {
  return process.env[variable] || undefined;
}

function needed(variable: string): string {
  const value = given(variable);
  if (value === undefined) throw new Error(`${variable} is not set: target.js did not run`);
  return value;
}

/** What is known of the servers under test. target.js says it of those that it starts itself. */
export const target = {
  connectionString: (): string => needed('SLIPWAY_EVENTSTORE'),
  /** An administrator's connection string to a server with TLS. */
  secure: (): string => needed('SLIPWAY_EVENTSTORE_SECURE'),
  /** A server that keeps the link streams. */
  projecting: (): string => needed('SLIPWAY_EVENTSTORE_PROJECTING'),
  /** Restarts the first server and the one that keeps the link streams. */
  restartCommand: (): string => needed('SLIPWAY_EVENTSTORE_RESTART'),
  hasSecure: (): boolean => given('SLIPWAY_EVENTSTORE_SECURE') !== undefined,
  hasProjecting: (): boolean => given('SLIPWAY_EVENTSTORE_PROJECTING') !== undefined,
  canRestart: (): boolean => given('SLIPWAY_EVENTSTORE_RESTART') !== undefined,
};

/** Where a connection string leads to, for what goes there without a client. */
export interface Address {
  /** `host:port` of its first server. */
  readonly authority: string;
  /** The certificate to trust; undefined without TLS, empty for the system's own ones. */
  readonly ca: Buffer | '' | undefined;
  readonly credentials: Credentials | undefined;
}

export function addressOf(connectionString: string): Address {
  const [, user, host, query] = /^[\w+]+:\/\/(?:([^@/]+)@)?([^/?,]+)[^?]*(?:\?(.*))?$/.exec(connectionString) ?? [];
  if (host === undefined) throw new Error(`no server is named in ${connectionString}`);
  const options = new URLSearchParams(query);
  const caFile = options.get('tlsCAFile');
  const [username, password] = (user ?? '').split(':').map(decodeURIComponent);
  return {
    authority: host.includes(':') ? host : `${host}:2113`,
    ca: options.get('tls') === 'false' ? undefined : caFile === null ? '' : readFileSync(caFile),
    credentials: username && password ? { username, password } : undefined,
  };
}

/** The same servers, for somebody else; without credentials for nobody. */
export function connectionStringFor(connectionString: string, credentials?: Credentials): string {
  const user = credentials === undefined ? '' : `${encodeURIComponent(credentials.username)}:${encodeURIComponent(credentials.password)}@`;
  return connectionString.replace(/:\/\/(?:[^@/]+@)?/, `://${user}`);
}

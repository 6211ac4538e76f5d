import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ErrorType, EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { ensureAdministrator, type EmbeddedEventStore, type Refusal, startEmbeddedEventStore } from '@slipway/embedded-event-store';
import { hasErrorType } from './client-errors.js';
import { type Credentials, withCredentials } from './connection-string.js';
import { connectEventStore } from './event-store-db.js';
import type { EventStore } from './event-store.js';
import type { Passwords } from './passwords.js';
import { userOf } from './rights.js';
import { setUpAccess } from './set-up-access.js';

const ADMIN: Credentials = { user: 'slipway-admin', password: 'an administrator' };

/** An embedded server with Slipway's users and rights, and everybody's way in. */
export class GuardedServer {
  readonly passwords = new Map<string, string>();
  private readonly clients: EventStoreDBClient[] = [];
  private readonly stores: EventStore[] = [];

  private constructor(
    readonly server: EmbeddedEventStore,
    private readonly directory: string,
    readonly refusals: Refusal[],
  ) {}

  static async start(): Promise<GuardedServer> {
    const directory = mkdtempSync(join(tmpdir(), 'event-store-rights-'));
    await ensureAdministrator(directory, ADMIN.user, ADMIN.password);
    const refusals: Refusal[] = [];
    const started = new GuardedServer(await startEmbeddedEventStore({ directory, tls: true, onRefused: (refusal) => refusals.push(refusal) }), directory, refusals);
    await started.setUp();
    return started;
  }

  get administrator(): string {
    return withCredentials(this.server.connectionString, ADMIN);
  }

  async setUp(): Promise<void> {
    const folder: Passwords = { get: (identity) => this.passwords.get(identity), keep: (identity, password) => void this.passwords.set(identity, password) };
    await setUpAccess(this.administrator, folder);
  }

  /** As a server without stream policies is: the embedded one follows those that it has. */
  async forgetPolicies(): Promise<void> {
    await this.client(this.administrator).appendToStream('$policies', jsonEvent({ type: '$policy-updated', data: { policies: [] } }));
  }

  readonly address = (identity: string): string => withCredentials(this.server.connectionString, { user: userOf(identity), password: this.passwords.get(identity)! });

  client(connectionString: string): EventStoreDBClient {
    const client = EventStoreDBClient.connectionString(connectionString);
    this.clients.push(client);
    return client;
  }

  readonly as = (identity: string): EventStoreDBClient => this.client(this.address(identity));

  /** As a service has it: another one each time. */
  store(identity: string): EventStore {
    const store = connectEventStore({ connectionString: this.address(identity) });
    this.stores.push(store);
    return store;
  }

  async stop(): Promise<void> {
    for (const store of this.stores) await store.close();
    for (const client of this.clients) await client.dispose();
    await this.server.close();
    rmSync(this.directory, { recursive: true });
  }
}

export const tried = () => jsonEvent({ type: 'Tried', data: {} });

/** Whether the rights are against it; that there is nothing to read is not. */
export async function denied(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return false;
  } catch (error) {
    if (hasErrorType(error, ErrorType.ACCESS_DENIED)) return true;
    if (hasErrorType(error, ErrorType.STREAM_NOT_FOUND)) return false;
    throw error;
  }
}

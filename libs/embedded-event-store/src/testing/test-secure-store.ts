import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { EventStoreDBClient } from '@eventstore/db-client';

import type { Refusal } from '../security/refusal.js';
import type { SecureAccess } from '../security/security.js';
import { startEmbeddedEventStore, type EmbeddedEventStore } from '../server.js';

/** A server with TLS in a directory of its own, and official clients for its users. */
export class SecureTestStore {
  readonly directory = mkdtempSync(join(tmpdir(), 'embedded-event-store-'));
  private server: EmbeddedEventStore | undefined;
  private readonly clients = new Set<EventStoreDBClient>();
  /** What was refused since the start. */
  readonly refusals: Refusal[] = [];

  constructor(private readonly options: { allowAnonymous?: boolean; systemProjections?: boolean; host?: string } = {}) {}

  get running(): EmbeddedEventStore {
    if (this.server === undefined) throw new Error('the store is not started');
    return this.server;
  }

  get access(): SecureAccess {
    if (this.running.access === undefined) throw new Error('the store has no users');
    return this.running.access;
  }

  /** `admin` or `ops`, with the password that the first start made. */
  first(name: 'admin' | 'ops'): EventStoreDBClient {
    const passwords = JSON.parse(readFileSync(this.access.firstUsersFile, 'utf8')) as Record<string, string>;
    return this.client(name, passwords[name]);
  }

  /** A client with credentials in its connection string, or with none. */
  client(name?: string, password = ''): EventStoreDBClient {
    const { connectionString } = this.running;
    const credentials = name === undefined ? '' : `${name}:${encodeURIComponent(password)}@`;
    const client = EventStoreDBClient.connectionString(connectionString.replace('esdb://', `esdb://${credentials}`));
    this.clients.add(client);
    return client;
  }

  async start(): Promise<void> {
    this.server = await startEmbeddedEventStore({ directory: this.directory, tls: true, onRefused: (refusal) => this.refusals.push(refusal), ...this.options });
  }

  async stop(): Promise<void> {
    for (const client of this.clients) await client.dispose();
    this.clients.clear();
    await this.server?.close();
    this.server = undefined;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

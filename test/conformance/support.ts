import { randomUUID } from 'node:crypto';

import type { BinaryEventData, Credentials, EventData, JSONEventData, JSONType, MetadataType, ResolvedEvent } from '@eventstore/db-client';

import { connect, type ClientName, type OfficialClient } from './clients.js';
import { addressOf, target } from './targets.js';

/** A topic's cases; they call `official` for the client to go through. */
export type Cases = (official: () => OfficialClient, name: ClientName) => void;

/** Describes all these topics' promises as seen through one client. */
export function describeThrough(name: ClientName, topics: Readonly<Record<string, Cases>>): void {
  let client: OfficialClient | undefined;
  const official = (): OfficialClient => {
    if (client === undefined) throw new Error('the client is not connected');
    return client;
  };
  jest.setTimeout(30_000);
  beforeAll(async () => {
    client = await connect(name, target.connectionString());
  });
  afterAll(() => client?.db.dispose());
  describe.each(Object.entries(topics))(`through ${name}, %s:`, (_topic, describeCases) => describeCases(official, name));
}

/** Credentials that the target knows: those of the connection string, else the ones that a new server comes with. */
export function knownCredentials(): Credentials {
  return addressOf(target.connectionString()).credentials ?? { username: 'admin', password: 'changeit' };
}

/** The clients take another call for an append with credentials of its own. */
export const APPEND_CALLS = [
  ['batch append', false],
  ['append with credentials', true],
] as const;

/** A name that no other case and no other run has used. */
export function fresh(prefix = 'conformance'): string {
  return `${prefix}-${randomUUID()}`;
}

export function json(type: string, data: JSONType, metadata?: MetadataType): JSONEventData {
  return { id: randomUUID(), contentType: 'application/json', type, data, metadata };
}

export function binary(type: string, data: Uint8Array, metadata?: Uint8Array): BinaryEventData {
  // The clients would take a Buffer for metadata that is to become JSON.
  return { id: randomUUID(), contentType: 'application/octet-stream', type, data, metadata: metadata && Uint8Array.from(metadata) };
}

export function event(n: number, type = 'Counted'): JSONEventData {
  return json(type, { n });
}

export function events(count: number, type?: string): JSONEventData[] {
  return Array.from({ length: count }, (_, n) => event(n, type));
}

export function linkTo(stream: string, revision: number): BinaryEventData {
  return binary('$>', Buffer.from(`${revision}@${stream}`));
}

/** The `n` of an event that `event` made, -1 for any other. */
export function numberOf({ event: recorded }: Pick<ResolvedEvent, 'event'>): number {
  const data: unknown = recorded?.data;
  return typeof data === 'object' && data !== null && 'n' in data && typeof data.n === 'number' ? data.n : -1;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The numbers of a stream's events. */
export async function numbersIn(official: OfficialClient, ...read: Parameters<OfficialClient['db']['readStream']>): Promise<number[]> {
  return (await collect(official.db.readStream(...read))).map(numberOf);
}

export function idsOf(proposed: readonly EventData[]): string[] {
  return proposed.map(({ id }) => id);
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Waits until a condition holds. What it looked at goes into the failure, as `seen`. */
export async function eventually(condition: () => boolean | Promise<boolean>, seen: () => unknown = () => 'nothing', timeout = 10_000): Promise<void> {
  const end = Date.now() + timeout;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`it did not come true in time: ${String(seen())}`);
    await pause(10);
  }
}

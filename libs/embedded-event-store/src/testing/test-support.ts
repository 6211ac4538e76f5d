import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { EventStoreDBClient, jsonEvent, type JSONEventData, type ResolvedEvent } from '@eventstore/db-client';

import { startEmbeddedEventStore, type EmbeddedEventStore } from '../server.js';

/** A server in a directory of its own and the official client, for one test file. */
export class TestStore {
  readonly directory = mkdtempSync(join(tmpdir(), 'embedded-event-store-'));
  private server: EmbeddedEventStore | undefined;
  private current: EventStoreDBClient | undefined;
  private streams = 0;

  get client(): EventStoreDBClient {
    if (this.current === undefined) throw new Error('the store is not started');
    return this.current;
  }

  get running(): EmbeddedEventStore {
    if (this.server === undefined) throw new Error('the store is not started');
    return this.server;
  }

  async start(): Promise<void> {
    this.server = await startEmbeddedEventStore({ directory: this.directory });
    this.current = EventStoreDBClient.connectionString(this.server.connectionString);
  }

  async stop(): Promise<void> {
    await this.current?.dispose();
    await this.server?.close();
    this.current = this.server = undefined;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** A stream name that no other test uses. */
  stream(prefix = 'test'): string {
    return `${prefix}-${++this.streams}`;
  }
}

export function testEvent(n: number, type = 'Counted'): JSONEventData {
  return jsonEvent({ type, data: { n } });
}

export function testEvents(count: number, type?: string): JSONEventData[] {
  return Array.from({ length: count }, (_, n) => testEvent(n, type));
}

/** The `n` of a test event. */
export function numberOf(resolved: ResolvedEvent): number {
  return (resolved.event?.data as { n: number }).n;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The error that a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<Error & { type?: string }> {
  try {
    await promise;
  } catch (error) {
    return error as Error & { type?: string };
  }
  throw new Error('expected a failure');
}

/** Waits until a condition holds; rejects after `timeout` milliseconds. */
export async function eventually(condition: () => boolean | Promise<boolean>, timeout = 15_000): Promise<void> {
  const end = Date.now() + timeout;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('the condition did not come true in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

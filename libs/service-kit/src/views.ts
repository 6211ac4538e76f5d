import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { EventStore, Position, RecordedEvent, Subscription } from '@slipway/event-store';
import { SlipwayError } from '@slipway/kernel';
import type { RebuildOutcome } from '@slipway/messaging';
import type { Database } from 'better-sqlite3';
import type { Logger } from 'pino';
import { ServiceConfig } from './config.js';
import type { Projection } from './projection.js';
import { EVENT_STORE, LOGGER, PROJECTIONS, SERVICE, type ServiceIdentity } from './tokens.js';
import { ViewFile } from './view-file.js';

const RETRY_AFTER_MS = 2_000;

/**
 * A service's read models: one SQLite file that follows the log. Views and position change in one transaction,
 * so a crash loses nothing and repeats nothing; and all of it can be thrown away and made again from the log.
 */
@Injectable()
export class Views implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly directory: string;
  private readonly listeners: (() => void)[] = [];
  private waiters: { position: Position; resolve: () => void }[] = [];
  private file: ViewFile;
  private subscription: Subscription | undefined;
  private retry: NodeJS.Timeout | undefined;
  private rebuilding: Promise<RebuildOutcome> | undefined;

  constructor(
    config: ServiceConfig,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(PROJECTIONS) private readonly projections: readonly Projection[],
    @Inject(SERVICE) private readonly service: ServiceIdentity,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.directory = config.SLIPWAY_DATA;
    mkdirSync(this.directory, { recursive: true });
    this.file = ViewFile.open(join(this.directory, 'views.db'), projections);
  }

  /** For reading. Ask for it anew each time: a rebuild replaces it. */
  get db(): Database {
    return this.file.db;
  }

  /** The log is reflected up to here; undefined before the first event. */
  get position(): Position | undefined {
    return this.file.position;
  }

  /** Called after events were applied. Cheap work only: set a flag, wake a worker. */
  onApplied(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Resolves when the views reflect the log up to `position`. @throws SlipwayError TIMED_OUT */
  async waitFor(position: Position, timeoutMs = 5_000): Promise<void> {
    if (this.position !== undefined && this.position >= position) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiters = this.waiters.filter((other) => other !== waiter);
        reject(new SlipwayError('TIMED_OUT', `the views of ${this.service.name} are at ${this.position ?? 'the beginning'} and did not reach ${position} in time`));
      }, timeoutMs);
      const waiter = { position, resolve: () => (clearTimeout(timer), resolve()) };
      this.waiters.push(waiter);
    });
  }

  onApplicationBootstrap(): void {
    if (this.projections.length > 0) this.follow();
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.retry);
    await this.subscription?.close();
    this.file.close();
  }

  /** Makes the views again from the log, beside those that answer meanwhile, and compares the two at the same position. */
  rebuild(): Promise<RebuildOutcome> {
    this.rebuilding ??= this.makeAgain().finally(() => (this.rebuilding = undefined));
    return this.rebuilding;
  }

  private follow(): void {
    this.subscription = this.store.follow({
      name: `${this.service.name}-views`,
      from: this.position,
      ...filterOf(this.projections),
      onEvent: (event) => this.apply(event),
      onCheckpoint: (position) => {
        this.file.checkpoint(position);
        this.applied();
      },
      onFailed: (error) => {
        this.logger.error({ err: error }, 'a projection failed; trying again');
        this.retry = setTimeout(() => this.follow(), RETRY_AFTER_MS);
      },
    });
  }

  private apply(event: RecordedEvent): void {
    this.file.apply(event);
    this.applied();
  }

  private applied(): void {
    const position = this.position;
    if (position !== undefined && this.waiters.length > 0) {
      const [reached, waiting] = partition(this.waiters, (waiter) => waiter.position <= position);
      this.waiters = waiting;
      for (const waiter of reached) waiter.resolve();
    }
    for (const listener of this.listeners) listener();
  }

  private async makeAgain(): Promise<RebuildOutcome> {
    const started = performance.now();
    const path = join(this.directory, 'views.rebuild.db');
    removeDatabase(path);
    const fresh = ViewFile.open(path, this.projections);
    let events = 0;
    await new Promise<void>((resolve, reject) => {
      const caughtUp = (): boolean => fresh.lastEvent === this.file.lastEvent;
      if (caughtUp()) return resolve();
      const subscription = this.store.follow({
        name: `${this.service.name}-rebuild`,
        from: undefined,
        ...filterOf(this.projections),
        onEvent: async (event) => {
          fresh.apply(event);
          events += 1;
          // The views that answer may be behind the log: wait for them, so that both are compared at one position.
          await this.waitFor(event.position, 60_000);
          if (caughtUp()) {
            resolve();
            void subscription.close();
          }
        },
        onFailed: reject,
      });
    });
    const outcome = this.replaceBy(fresh, path);
    const seconds = (performance.now() - started) / 1_000;
    return { service: this.service.name, events, seconds, eventsPerSecond: Math.round(events / seconds), ...outcome };
  }

  /** In one turn of the event loop, so that no query sees the gap. */
  private replaceBy(fresh: ViewFile, path: string): { before: string; after: string } {
    const digests = { before: this.file.digest(), after: fresh.digest() };
    const position = this.file.position;
    if (position !== undefined) fresh.checkpoint(position);
    fresh.close();
    this.file.close();
    removeDatabase(join(this.directory, 'views.db'));
    renameSync(path, join(this.directory, 'views.db'));
    this.file = ViewFile.open(join(this.directory, 'views.db'), this.projections);
    return digests;
  }
}

function filterOf(projections: readonly Projection[]): { filter?: { prefixes: readonly string[] } } {
  const prefixes = [...new Set(projections.flatMap((projection) => projection.prefixes))].sort();
  return prefixes.length === 0 ? {} : { filter: { prefixes } };
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  const yes: T[] = [];
  const no: T[] = [];
  for (const item of items) (test(item) ? yes : no).push(item);
  return [yes, no];
}

function removeDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
}

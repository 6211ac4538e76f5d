import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplicationContext, Type } from '@nestjs/common';
import { type ReviewEvent, reviewStream } from '@slipway/admission';
import { type EventStore, InMemoryEventStore, type RecordedEvent } from '@slipway/event-store';
import { ALL_GRANTS } from '@slipway/identity';
import type { DomainEvent } from '@slipway/kernel';
import type { Call } from '@slipway/service-kit';
import { startWithoutBus } from '@slipway/service-kit/testing';
import { AdmissionConfig } from './admission.config.js';
import { AdmissionModule } from './admission.module.js';

type ReviewData = { [E in ReviewEvent as E['type']]: E['data'] };

export interface ServiceOptions {
  readonly store?: EventStore;
  /** Names the consumer group: a second name hears the whole log again. Default `admission`. */
  readonly name?: string;
  /** Default: the clock stands still. */
  readonly reviewSeconds?: number;
}

/** The whole service over a log in memory, without a bus; what other services write, the specs append. */
export class Service {
  private constructor(
    readonly store: EventStore,
    readonly root: string,
    private readonly app: INestApplicationContext,
  ) {}

  static async start({ store = new InMemoryEventStore(), name = 'admission', reviewSeconds = 3_600 }: ServiceOptions = {}): Promise<Service> {
    const root = mkdtempSync(join(tmpdir(), 'slipway-admission-'));
    const config = Object.assign(new AdmissionConfig(), {
      SLIPWAY_DATA: join(root, 'data'),
      SLIPWAY_ARTIFACTS: join(root, 'artifacts'),
      SLIPWAY_REVIEW_SECONDS: reviewSeconds,
    });
    return new Service(store, root, await startWithoutBus({ identity: { name, owns: ['review-'] }, module: AdmissionModule, config, store }));
  }

  get<T>(type: Type<T>): T {
    return this.app.get(type);
  }

  async stop(): Promise<void> {
    await this.app.close();
    rmSync(this.root, { recursive: true, force: true });
  }

  /** Another service wrote this. */
  async happens(stream: string, ...events: DomainEvent[]): Promise<void> {
    const id = randomUUID();
    const metadata = { $correlationId: id, $causationId: id, actor: 'person:alice', commandDigest: id, schema: 1 };
    const revision = (await this.read(stream)).length - 1;
    await this.store.append(stream, events.map((event) => ({ ...event, id: randomUUID(), metadata })), revision < 0 ? 'no-stream' : revision);
  }

  async read(stream: string): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const event of this.store.read(stream)) events.push(event);
    return events;
  }

  async log(): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const event of this.store.readAll()) events.push(event);
    return events;
  }

  async review(release: string): Promise<ReviewEvent[]> {
    return (await this.read(reviewStream({ kind: 'release', release }))).map(({ type, data }) => ({ type, data }) as ReviewEvent);
  }

  /** Data of the newest event of a review that is of this type and fits, once there is one. */
  async reviewHas<T extends keyof ReviewData>(release: string, type: T, fits: (data: ReviewData[T]) => boolean = () => true): Promise<ReviewData[T]> {
    return eventually(async () => {
      const found = (await this.review(release)).filter((event) => event.type === type);
      return found.map(({ data }) => data as ReviewData[T]).findLast(fits);
    });
  }

  /** Resolves when nothing was written for a while. */
  async settled(quietMs = 150): Promise<RecordedEvent[]> {
    for (let before = -1, now = (await this.log()).length; before !== now; now = (await this.log()).length) {
      before = now;
      await sleep(quietMs);
    }
    return this.log();
  }
}

/** Asks until there is an answer. */
export async function eventually<T>(ask: () => Promise<T | undefined>, timeoutMs = 5_000): Promise<T> {
  for (const end = Date.now() + timeoutMs; ; await sleep(10)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`no answer in ${timeoutMs} ms: ${ask.toString()}`);
  }
}

export const callBy = (actor: string): Call => {
  const commandId = randomUUID();
  return { commandId, actor, grants: ALL_GRANTS, correlationId: commandId, at: new Date().toISOString() };
};

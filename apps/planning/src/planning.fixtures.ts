import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Global, type INestApplicationContext, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { InMemoryEventStore } from '@slipway/event-store';
import { ALL_GRANTS } from '@slipway/identity';
import type { DomainEvent } from '@slipway/kernel';
import { ASSERTION_KEYS, Attestation, type Call, CommandHandler, EVENT_STORE, LOGGER, SERVICE, ServiceConfig } from '@slipway/service-kit';
import { PlanningModule } from './planning.module.js';

/** The planning service for the integration specs: its real module and reactors, on a log in memory and a directory of its own. */
export class Planning {
  readonly store = new InMemoryEventStore();
  readonly data = mkdtempSync(join(tmpdir(), 'slipway-planning-'));
  /** Reactions that failed, which no spec wants. */
  readonly failures: unknown[] = [];
  private app!: INestApplicationContext;

  static async start(): Promise<Planning> {
    const planning = new Planning();
    planning.app = await NestFactory.createApplicationContext(planning.module(), { logger: ['error'], abortOnError: false });
    return planning;
  }

  get<T>(type: Type<T>): T {
    return this.app.get(type);
  }

  /** Appends a fact, as another service would. */
  async happened({ type, data }: DomainEvent, stream: string): Promise<void> {
    const events = await this.facts(stream);
    const id = randomUUID();
    const metadata = { $correlationId: id, $causationId: id, actor: 'service:test', commandDigest: id, schema: 1 };
    await this.store.append(stream, [{ id, type, data, metadata }], events.length === 0 ? 'no-stream' : events.length - 1);
  }

  async facts(stream: string): Promise<DomainEvent[]> {
    const facts: DomainEvent[] = [];
    for await (const { type, data } of this.store.read(stream)) facts.push({ type, data });
    return facts;
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.store.close();
    rmSync(this.data, { recursive: true });
    expect(this.failures).toEqual([]);
  }

  private module(): Type {
    const failed = (line: unknown): number => this.failures.push(line);
    const shared = [
      { provide: EVENT_STORE, useValue: this.store },
      { provide: ServiceConfig, useValue: { SLIPWAY_DATA: this.data } },
      { provide: SERVICE, useValue: { name: 'planning', owns: [] } },
      { provide: LOGGER, useValue: { warn: failed, error: failed } },
      { provide: ASSERTION_KEYS, useValue: () => new Map() },
      Attestation,
      CommandHandler,
    ];
    @Global()
    @Module({ providers: shared, exports: shared })
    class Shared {}

    @Module({ imports: [Shared, PlanningModule] })
    class Root {}
    return Root;
  }
}

export function callBy(actor = 'person:dora'): Call {
  const commandId = randomUUID();
  return { commandId, actor, grants: ALL_GRANTS, correlationId: commandId, at: new Date().toISOString() };
}

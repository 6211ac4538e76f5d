import type { DynamicModule, INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { EventStore } from '@slipway/event-store';
import { pino, type Logger } from 'pino';
import { Attestation } from './attestation.js';
import { CommandHandler } from './command-handler.js';
import { ServiceConfig } from './config.js';
import { ASSERTION_KEYS, EVENT_STORE, LOGGER, SERVICE, type ServiceIdentity } from './tokens.js';

export const silent: Logger = pino({ level: 'silent' });

export interface ServiceWithoutBus {
  readonly identity: ServiceIdentity;
  readonly module: Type;
  /** Also provided as the class that it is of. */
  readonly config: ServiceConfig;
  readonly store: EventStore;
  /** Default: tells nobody. */
  readonly logger?: Logger;
}

class Parts {}
class Root {}

/** For specs: a whole service over a store of the spec's choice, without a bus. What others write, the spec appends. `close()` it as a SIGTERM would. */
export function startWithoutBus({ identity, module, config, store, logger = silent }: ServiceWithoutBus): Promise<INestApplicationContext> {
  const shared = [
    { provide: SERVICE, useValue: identity },
    { provide: ServiceConfig, useValue: config },
    { provide: config.constructor, useValue: config },
    { provide: EVENT_STORE, useValue: store },
    { provide: LOGGER, useValue: logger },
    { provide: ASSERTION_KEYS, useValue: () => new Map() },
    Attestation,
    CommandHandler,
  ];
  const parts: DynamicModule = { module: Parts, global: true, providers: shared, exports: shared };
  return NestFactory.createApplicationContext({ module: Root, imports: [parts, module] }, { logger: false, abortOnError: false });
}

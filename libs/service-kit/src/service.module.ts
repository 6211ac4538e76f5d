import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown, type Type } from '@nestjs/common';
import type { EventStore } from '@slipway/event-store';
import type { TrustedKeys } from '@slipway/identity';
import { Bus } from '@slipway/messaging';
import type { Logger } from 'pino';
import { Attestation } from './attestation.js';
import { CommandHandler } from './command-handler.js';
import { ServiceConfig } from './config.js';
import { FactPublisher } from './fact-publisher.js';
import { ASSERTION_KEYS, EVENT_STORE, LET_GO, LOGGER, SERVICE, type ServiceIdentity } from './tokens.js';

export interface ServiceParts {
  readonly identity: ServiceIdentity;
  readonly configType: Type<ServiceConfig>;
  readonly config: ServiceConfig;
  readonly keys: () => TrustedKeys;
  readonly store: EventStore;
  readonly bus: Bus;
  readonly logger: Logger;
  /** Lets go of the data folder. */
  readonly letGo: () => Promise<void>;
}

/** What every service's providers may ask for. */
@Global()
@Module({})
export class ServiceModule implements OnApplicationShutdown {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly bus: Bus,
    @Inject(LET_GO) private readonly letGo: () => Promise<void>,
  ) {}

  static with(parts: ServiceParts): DynamicModule {
    const shared = [
      { provide: SERVICE, useValue: parts.identity },
      { provide: ServiceConfig, useValue: parts.config },
      { provide: EVENT_STORE, useValue: parts.store },
      { provide: Bus, useValue: parts.bus },
      { provide: LOGGER, useValue: parts.logger },
      { provide: LET_GO, useValue: parts.letGo },
      { provide: ASSERTION_KEYS, useValue: parts.keys },
      Attestation,
      CommandHandler,
      ...(parts.configType === ServiceConfig ? [] : [{ provide: parts.configType, useValue: parts.config }]),
    ];
    return { module: ServiceModule, providers: [...shared, FactPublisher], exports: shared };
  }

  /** Last of all: Nest ends the modules that use these before the module that gives them. */
  async onApplicationShutdown(): Promise<void> {
    await this.bus.close();
    await this.store.close();
    await this.letGo();
  }
}

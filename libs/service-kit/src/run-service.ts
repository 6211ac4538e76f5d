import 'reflect-metadata';
import { type INestApplicationContext, type INestMicroservice, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type NatsOptions, Transport } from '@nestjs/microservices';
import { type ConnectionSource, connectEventStore, waitForEventStore } from '@slipway/event-store';
import { ERRORS, SlipwayError } from '@slipway/kernel';
import { Bus, busAddress, connectionOptions, JsonDeserializer, JsonSerializer, watchRefusals } from '@slipway/messaging';
import { assertionKeys } from './assertion-keys.js';
import { loadConfig, ServiceConfig } from './config.js';
import { holdFolder } from './hold-folder.js';
import { logRefusal, mayAnswer } from './refusals.js';
import { createLogger, nestLogger } from './logger.js';
import { ProblemFilter } from './problem.filter.js';
import { ServiceModule } from './service.module.js';
import { LOGGER } from './tokens.js';
import { AdmittedMessage } from './admitted-message.pipe.js';

const FROM_ENVIRONMENT: ConnectionSource = {
  from: 'SLIPWAY_EVENTSTORE',
  remedy: 'Put the password in there that node deploy/event-store/set-up.mjs wrote for this service, and restart it; for a new one delete that file and run the set-up again.',
};

export interface ServiceDefinition {
  readonly name: string;
  readonly module: Type;
  /** Prefixes of the streams that this service alone writes. Their facts are published. */
  readonly owns: readonly string[];
  /** Default: ServiceConfig. */
  readonly config?: Type<ServiceConfig>;
}

/** A service's whole main: config, connections, Nest, signals. A boot that can't succeed ends with a clear line. */
export const runService = (definition: ServiceDefinition): Promise<void> => runProcess(definition.name, () => startService(definition, process.env));

/** The main of any process of the platform. */
export async function runProcess(name: string, start: () => Promise<INestApplicationContext>): Promise<void> {
  try {
    const app = await start();
    app.enableShutdownHooks();
    process.send?.('ready');
    // Started by a launcher that is gone: nobody would end this process any more.
    process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  } catch (error) {
    const known = error instanceof SlipwayError ? error : undefined;
    process.stderr.write(`${name}: ${known ? `${known.code}: ${known.message}` : error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(known ? ERRORS[known.code].exit : 1);
  }
}

/** Connects and listens. `close()` on the answer ends it in order. @throws SlipwayError CONFIG_INVALID, DATA_DIRECTORY_IN_USE, UNAVAILABLE, BUS_REFUSED, EVENT_STORE_REFUSED */
export async function startService({ name, module, owns, config: configType = ServiceConfig }: ServiceDefinition, environment: NodeJS.ProcessEnv): Promise<INestMicroservice> {
  const config = loadConfig(configType, environment);
  const logger = createLogger(name, config.SLIPWAY_INSTANCE ?? name, config.SLIPWAY_LOG_LEVEL ?? 'info');
  const keys = assertionKeys(config.SLIPWAY_ASSERTION_KEYS_FILE, logger);
  const letGo = await holdFolder(config.SLIPWAY_DATA);
  await waitForEventStore(config.SLIPWAY_EVENTSTORE, 30_000, FROM_ENVIRONMENT);
  const store = connectEventStore({ connectionString: config.SLIPWAY_EVENTSTORE, name, logger });
  const address = busAddress(config.SLIPWAY_NATS, config.SLIPWAY_NATS_SEED_FILE, config);
  const bus = await Bus.connect(address, name);
  void watchRefusals(bus.connection, logRefusal(name, logger));

  @Module({ imports: [ServiceModule.with({ identity: { name, owns }, configType, config, keys, store, bus, logger, letGo }), module] })
  class Root {}

  const app = await NestFactory.createMicroservice<NatsOptions>(Root, {
    transport: Transport.NATS,
    options: {
      ...connectionOptions(address, name),
      name: `${name}-answers`,
      queue: name,
      serializer: new JsonSerializer(),
      deserializer: new JsonDeserializer(),
    },
    logger: nestLogger(logger),
    abortOnError: false,
  });
  app.useGlobalPipes(new AdmittedMessage());
  app.useGlobalFilters(new ProblemFilter(app.get(LOGGER)));
  await app.listen();
  await mayAnswer(app, name, logger);
  logger.info('ready');
  return app;
}

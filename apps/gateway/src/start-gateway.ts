import 'reflect-metadata';
import { join } from 'node:path';
import { type INestApplication, Module, type OnApplicationShutdown } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { readSigningKey, type SigningKey } from '@slipway/identity';
import { SlipwayError } from '@slipway/kernel';
import { Bus, busAddress, watchRefusals } from '@slipway/messaging';
import { createLogger, loadConfig, LOGGER, type Logger, nestLogger, WatchedFile } from '@slipway/service-kit';
import { type Access, NO_ACCESS, readAccessFile } from './access-file.js';
import { authenticated, Authentication } from './authentication.js';
import { makeFirstAdministrator } from './first-administrator.js';
import { Forwarder } from './forwarder.js';
import { GatewayConfig } from './gateway.config.js';
import { limitPerAddress, limitPerCaller, limitTime, logged, securityHeaders, uncached } from './hardening.js';
import { IdentityController } from './identity.controller.js';
import { listenOptions } from './listen-options.js';
import { MessagesController } from './messages.controller.js';
import { OidcVerifier } from './oidc.js';
import { OPEN_PATHS, OpenController } from './open.controller.js';
import { readPrivateFile } from './private-file.js';
import { HttpProblemFilter } from './problem.filter.js';
import { TokensController } from './tokens.controller.js';
import { TokenStore } from './token-store.js';

const PER_CALLER = 1_200;
const PER_ADDRESS = 6_000;

export interface Gateway {
  readonly app: INestApplication;
  /** `http://127.0.0.1:7070` */
  readonly url: string;
}

/** Connects and listens. `app.close()` ends it in order. @throws SlipwayError CONFIG_INVALID, UNAVAILABLE, BUS_REFUSED */
export async function startGateway(environment: NodeJS.ProcessEnv): Promise<Gateway> {
  const config = loadConfig(GatewayConfig, environment);
  const logger = createLogger('gateway', config.SLIPWAY_INSTANCE ?? 'gateway', config.SLIPWAY_LOG_LEVEL ?? 'info');
  const { host, port, tls } = listenOptions(config);
  const key = signingKeyOf(config, logger);
  const access = accessOf(config, logger);
  const oidc = oidcOf(config);
  const tokens = new TokenStore(config.SLIPWAY_TOKENS_FILE ?? join(config.SLIPWAY_DATA, 'tokens.json'), logger);
  await makeFirstAdministrator(tokens, config.SLIPWAY_DATA, new Date(), logger);
  const bus = await Bus.connect(busAddress(config.SLIPWAY_NATS, config.SLIPWAY_NATS_SEED_FILE, config), 'gateway');
  void watchRefusals(bus.connection, (refusal) => logger.error(refusal, 'the bus refused'));

  @Module({
    controllers: [OpenController, IdentityController, TokensController, MessagesController],
    providers: [
      { provide: GatewayConfig, useValue: config },
      { provide: LOGGER, useValue: logger },
      { provide: TokenStore, useValue: tokens },
      { provide: Bus, useValue: bus },
      { provide: Forwarder, useValue: new Forwarder(bus, key, logger) },
    ],
  })
  class Root implements OnApplicationShutdown {
    onApplicationShutdown(): Promise<void> {
      return bus.close();
    }
  }

  const app = await NestFactory.create<NestExpressApplication>(Root, new ExpressAdapter(), { bodyParser: false, logger: nestLogger(logger), abortOnError: false, forceCloseConnections: true, ...(tls && { httpsOptions: tls }) });
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(logged((line) => logger.info(line, 'request')), securityHeaders(), uncached);
  app.use(limitPerAddress(config.SLIPWAY_RATE_PER_ADDRESS ?? PER_ADDRESS));
  app.use(authenticated(new Authentication(tokens, access, oidc), OPEN_PATHS));
  app.use(limitPerCaller(config.SLIPWAY_RATE_PER_CALLER ?? PER_CALLER));
  app.useGlobalFilters(new HttpProblemFilter(logger));
  limitTime(app.getHttpServer());
  await app.listen(port, host);
  const url = (await app.getUrl()).replace(/\/$/, '');
  logger.info({ url }, 'ready');
  return { app, url };
}

/** The key in its file, which may change while the gateway runs. */
function signingKeyOf({ SLIPWAY_ASSERTION_KEY_FILE: file }: GatewayConfig, logger: Logger): () => SigningKey {
  const read = (): SigningKey => {
    const key = readSigningKey(readPrivateFile(file, 'the key that vouches for callers'));
    logger.info({ key: key.keyId }, 'callers are vouched for with this key');
    return key;
  };
  const watched = new WatchedFile(file, read, (error) => logger.error({ err: error }, 'the key that vouches for callers can not be used; the one that was read before still signs'));
  return () => watched.content;
}

function accessOf({ SLIPWAY_ACCESS_FILE: file }: GatewayConfig, logger: Logger): () => Access {
  if (file === undefined) return () => NO_ACCESS;
  const watched = new WatchedFile(file, readAccessFile, (error) => logger.error({ err: error }, 'the access file can not be used; what was read before still holds'), NO_ACCESS);
  return () => watched.content;
}

function oidcOf({ SLIPWAY_OIDC_ISSUER: issuer, SLIPWAY_OIDC_AUDIENCE: audience }: GatewayConfig): OidcVerifier | undefined {
  if (issuer === undefined && audience === undefined) return undefined;
  if (issuer === undefined || audience === undefined) throw new SlipwayError('CONFIG_INVALID', 'SLIPWAY_OIDC_ISSUER and SLIPWAY_OIDC_AUDIENCE belong together');
  return new OidcVerifier({ issuer, audience });
}

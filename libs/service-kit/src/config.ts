import { type Reason, SlipwayError } from '@slipway/kernel';
import { plainToInstance } from 'class-transformer';
import { IsIn, IsOptional, IsString, Matches, validateSync } from 'class-validator';

/** What every process on the bus is told by its environment. */
export class ProcessConfig {
  /** NATS servers: `nats://127.0.0.1:4222[,…]`. */
  @IsString()
  @Matches(/^(nats|tls):\/\//, { message: 'SLIPWAY_NATS must be a NATS URL such as nats://127.0.0.1:4222' })
  readonly SLIPWAY_NATS!: string;

  /** File with the seed of the service's nkey on the bus. */
  @IsString()
  @Matches(/^\//, { message: 'SLIPWAY_NATS_SEED_FILE must be the absolute path of a file with an nkey seed; node deploy/nats/generate.mjs makes them' })
  readonly SLIPWAY_NATS_SEED_FILE!: string;

  /** PEM file of the authority behind the bus' certificate, where it is none that Node knows. */
  @IsOptional()
  @Matches(/^\//, { message: 'SLIPWAY_NATS_TLS_CA_FILE must be an absolute path' })
  readonly SLIPWAY_NATS_TLS_CA_FILE?: string;

  /** PEM files of the certificate to show, and its key, where the bus asks for one. */
  @IsOptional()
  @Matches(/^\//, { message: 'SLIPWAY_NATS_TLS_CERT_FILE must be an absolute path' })
  readonly SLIPWAY_NATS_TLS_CERT_FILE?: string;

  @IsOptional()
  @Matches(/^\//, { message: 'SLIPWAY_NATS_TLS_KEY_FILE must be an absolute path' })
  readonly SLIPWAY_NATS_TLS_KEY_FILE?: string;

  /** The service's own directory: views, mirrors, logs. */
  @IsString()
  @Matches(/^\//, { message: 'SLIPWAY_DATA must be an absolute path' })
  readonly SLIPWAY_DATA!: string;

  /** The replica's lasting name. It takes back at once the work that it left when it crashed. Default: the service's name. */
  @IsOptional()
  @IsString()
  readonly SLIPWAY_INSTANCE?: string;

  @IsOptional()
  @IsIn(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
  readonly SLIPWAY_LOG_LEVEL?: string;
}

/** What every service is told by its environment. Services extend it with their own keys. */
export class ServiceConfig extends ProcessConfig {
  /** The event store, with this service's own user and password: `esdb://user:password@host:2113?tlsCAFile=…`. */
  @IsString()
  @Matches(/^esdb(\+discover)?:\/\//, { message: 'SLIPWAY_EVENTSTORE must be a connection string such as esdb://user:password@host:2113?tlsCAFile=/etc/ssl/ca.crt' })
  readonly SLIPWAY_EVENTSTORE!: string;

  /** PEM file with the public keys of the gateway; two while they rotate. Who sends a message is believed of these alone. Read again when it changes. */
  @IsString()
  @Matches(/^\//, { message: 'SLIPWAY_ASSERTION_KEYS_FILE must be the absolute path of a PEM file' })
  readonly SLIPWAY_ASSERTION_KEYS_FILE!: string;
}

/** Reads a config class from the environment. @throws SlipwayError CONFIG_INVALID that names every bad key. */
export function loadConfig<C extends ProcessConfig>(type: new () => C, environment: NodeJS.ProcessEnv): C {
  const own = Object.fromEntries(Object.entries(environment).filter(([key]) => key.startsWith('SLIPWAY_')));
  const config = plainToInstance(type, own, { enableImplicitConversion: true });
  const reasons: Reason[] = validateSync(config).flatMap((fault) =>
    Object.entries(fault.constraints ?? {}).map(([code, message]) => ({ code, message, at: fault.property })),
  );
  if (reasons.length > 0) {
    throw new SlipwayError('CONFIG_INVALID', `the environment is not valid: ${reasons.map((reason) => reason.message).join('; ')}`, reasons);
  }
  return config;
}

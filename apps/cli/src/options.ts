import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseActor, SlipwayError } from '@slipway/kernel';
import { type BusAddress, busAddress, type Signer } from '@slipway/messaging';
import { assertionKeyFiles, eventStoreDirectory, type PlatformFile, readPlatformFile, seedFile, signerFromFile } from '@slipway/platform';
import { InvalidArgumentError, Option } from 'commander';
import type { Io } from './io.js';

export type Format = 'table' | 'json' | 'yaml';

/** As commander gives them. */
export interface GlobalOptions {
  readonly nats?: string;
  readonly natsSeed?: string;
  readonly as?: string;
  readonly output: Format;
  /** Seconds. */
  readonly timeout?: number;
  readonly commandId?: string;
}

/** Where a platform keeps everything that lasts, unless it is told. */
export const DATA_DIRECTORY = '.slipway';

export const globalOptions = (): Option[] => [
  new Option('-o, --output <format>', 'how data is printed').choices(['table', 'json', 'yaml']).default('table'),
  new Option('--as <kind:id>', 'who acts (SLIPWAY_AS; default: person:<your user name>)'),
  new Option('--nats <url>', 'the platform\'s bus (SLIPWAY_NATS; default: that of the platform that runs here)'),
  new Option('--nats-seed <file>', 'file with the seed of your nkey on that bus (SLIPWAY_NATS_SEED_FILE; default: as above)'),
  new Option('--timeout <seconds>', 'how long to wait for an answer or, with --wait, for the end').argParser(seconds),
  new Option('--command-id <uuid>', 'repeat a command whose outcome is unknown: it gets its first answer'),
];

/** @throws SlipwayError ACTOR_MALFORMED */
export function actorOf({ as }: GlobalOptions, { environment, user }: Io): string {
  const actor = as ?? (environment['SLIPWAY_AS'] || `person:${user}`);
  parseActor(actor);
  return actor;
}

/**
 * The options, else the environment, else the platform whose data directory is here or in a folder above.
 * @throws SlipwayError CONFIG_INVALID when neither of them names the bus, or a key for it
 */
export function busOf(options: GlobalOptions, { environment, directory }: Io): BusAddress {
  const platform = platformOf(directory);
  const nats = options.nats ?? (environment['SLIPWAY_NATS'] || platform?.nats);
  if (!nats) throw new SlipwayError('CONFIG_INVALID', 'no platform runs here: npm start, or name its bus with --nats and --nats-seed (SLIPWAY_NATS, SLIPWAY_NATS_SEED_FILE)');
  const seed = options.natsSeed ?? (environment['SLIPWAY_NATS_SEED_FILE'] || (platform?.nats === nats ? seedFile(platform.natsKeys, 'operator') : undefined));
  if (!seed) throw new SlipwayError('CONFIG_INVALID', `name the file with your key for ${nats}: --nats-seed, or SLIPWAY_NATS_SEED_FILE`);
  return busAddress(nats, seed, environment);
}

/**
 * The key's file that the environment names, else that of the platform here or in a folder above. Its owner vouches for
 * whoever acts. Without one nothing is signed, and the services refuse it.
 * @throws SlipwayError CONFIG_INVALID
 */
export function signerOf({ environment, directory }: Io): Signer | undefined {
  const named = environment['SLIPWAY_ASSERTION_KEY_FILE'];
  const file = named ? resolve(directory, named) : upwards(directory, ownKey);
  return file === undefined ? undefined : signerFromFile(file);
}

const ownKey = (data: string): string | undefined => {
  const { privateFile } = assertionKeyFiles(data);
  return existsSync(privateFile) ? privateFile : undefined;
};

/** The event store in a platform's data directory, else the environment's, else that of the platform here or in a folder above; else where it would be. */
export function eventStoreOf(data: string | undefined, { environment, directory }: Io): string {
  if (data !== undefined) return eventStoreDirectory(resolve(directory, data));
  const named = environment['SLIPWAY_EVENTSTORE_DIR'];
  if (named) return resolve(directory, named);
  const found = upwards(directory, (each) => (existsSync(eventStoreDirectory(each)) ? each : undefined));
  return eventStoreDirectory(found ?? join(directory, DATA_DIRECTORY));
}

/** The platform whose data directory is here or in a folder above. */
export const platformOf = (directory: string): PlatformFile | undefined => upwards(directory, readPlatformFile);

/** What is found first with a data directory here, or in a folder above. */
function upwards<T>(directory: string, look: (data: string) => T | undefined): T | undefined {
  for (let folder = directory; ; folder = dirname(folder)) {
    const found = look(join(folder, DATA_DIRECTORY));
    if (found !== undefined || folder === dirname(folder)) return found;
  }
}

function seconds(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number) || number <= 0) throw new InvalidArgumentError('It must be a number of seconds above 0.');
  return number;
}

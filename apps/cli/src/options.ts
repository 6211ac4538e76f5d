import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseActor } from '@slipway/kernel';
import { eventStoreDirectory, readPlatformFile } from '@slipway/platform';
import { InvalidArgumentError, Option } from 'commander';
import type { Io } from './io.js';

export type Format = 'table' | 'json' | 'yaml';

/** As commander gives them. */
export interface GlobalOptions {
  readonly nats?: string;
  readonly as?: string;
  readonly output: Format;
  /** Seconds. */
  readonly timeout?: number;
  readonly commandId?: string;
}

/** Where a platform keeps everything that lasts, unless it is told. */
export const DATA_DIRECTORY = '.slipway';

const DEFAULT_NATS = 'nats://127.0.0.1:4222';

export const globalOptions = (): Option[] => [
  new Option('-o, --output <format>', 'how data is printed').choices(['table', 'json', 'yaml']).default('table'),
  new Option('--as <kind:id>', 'who acts (SLIPWAY_AS; default: person:<your user name>)'),
  new Option('--nats <url>', `the platform's bus (SLIPWAY_NATS; default: that of the platform that runs here, or ${DEFAULT_NATS})`),
  new Option('--timeout <seconds>', 'how long to wait for an answer or, with --wait, for the end').argParser(seconds),
  new Option('--command-id <uuid>', 'repeat a command whose outcome is unknown: it gets its first answer'),
];

/** @throws SlipwayError ACTOR_MALFORMED */
export function actorOf({ as }: GlobalOptions, { environment, user }: Io): string {
  const actor = as ?? (environment['SLIPWAY_AS'] || `person:${user}`);
  parseActor(actor);
  return actor;
}

/** The option, else the environment, else the platform whose data directory is here or in a folder above. */
export function natsOf({ nats }: GlobalOptions, { environment, directory }: Io): string {
  return nats ?? (environment['SLIPWAY_NATS'] || upwards(directory, (data) => readPlatformFile(data)?.nats)) ?? DEFAULT_NATS;
}

/** The event store in a platform's data directory, else the environment's, else that of the platform here or in a folder above; else where it would be. */
export function eventStoreOf(data: string | undefined, { environment, directory }: Io): string {
  if (data !== undefined) return eventStoreDirectory(resolve(directory, data));
  const named = environment['SLIPWAY_EVENTSTORE_DIR'];
  if (named) return resolve(directory, named);
  const found = upwards(directory, (each) => (existsSync(eventStoreDirectory(each)) ? each : undefined));
  return eventStoreDirectory(found ?? join(directory, DATA_DIRECTORY));
}

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

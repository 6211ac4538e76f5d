import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { eventStoreDirectory } from '@slipway/platform';
import { InvalidArgumentError, Option } from 'commander';
import type { Io } from './io.js';

export type Format = 'table' | 'json' | 'yaml';

/** As commander gives them. */
export interface GlobalOptions {
  readonly output: Format;
  /** Seconds. */
  readonly timeout?: number;
  readonly commandId?: string;
}

/** Where a platform keeps everything that lasts, unless it is told. */
export const DATA_DIRECTORY = '.slipway';

export const globalOptions = (): Option[] => [
  new Option('-o, --output <format>', 'how data is printed').choices(['table', 'json', 'yaml']).default('table'),
  new Option('--timeout <seconds>', 'how long to wait for an answer (default: 10, or 120 where a repository is fetched) or, with --wait, for the end (default: 1800)').argParser(seconds),
  new Option('--command-id <uuid>', 'repeat a command whose outcome is unknown: it gets its first answer'),
];

/** The event store in a platform's data directory, else the environment's, else that of the platform here or in a folder above; else where it would be. */
export function eventStoreOf(data: string | undefined, { environment, directory }: Io): string {
  if (data !== undefined) return eventStoreDirectory(resolve(directory, data));
  const named = environment['SLIPWAY_EVENTSTORE_DIR'];
  if (named) return resolve(directory, named);
  const found = upwards(directory, (each) => (existsSync(eventStoreDirectory(each)) ? each : undefined));
  return eventStoreDirectory(found ?? join(directory, DATA_DIRECTORY));
}

/** What is found first with a platform's data directory here, or in a folder above. */
export function upwards<T>(directory: string, look: (data: string) => T | undefined): T | undefined {
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

/** For an option. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

import { createReadStream, createWriteStream } from 'node:fs';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';

import { EventStoreDBClient } from '@eventstore/db-client';

import { backupStore } from './backup-store.js';
import { checkFile, type CheckReport } from './check-store.js';
import { DirectoryInUse } from '../storage/directory-lock.js';
import { exportLines } from './export-events.js';
import { importEvents } from './import-events.js';
import { importToCluster } from './import-to-cluster.js';
import { readEventLines } from './line-source.js';
import { OPERATIONS_HELP } from './operations-help.js';
import { restoreStore } from './restore-store.js';
import { scavengeStore } from './scavenge.js';
import { eventsFile } from '../storage/store-file.js';

const EXIT_FAULT = 1;
const EXIT_USAGE = 2;
const EXIT_CONFLICT = 6;

/** Where a command reads and writes: the process's own streams, or a test's. */
export interface CommandStreams {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

class UsageError extends Error {}

interface Call {
  readonly file: string | undefined;
  readonly to: string | undefined;
  readonly withSystem: boolean;
  readonly streams: CommandStreams;
  readonly directory: () => string;
  readonly requiredFile: () => string;
}

const COMMANDS: Readonly<Record<string, (call: Call) => Promise<number> | number>> = {
  check: ({ file, directory, streams }) => {
    const report = checkFile(file ?? eventsFile(directory()));
    for (const finding of report.findings) streams.stdout.write(`${finding}\n`);
    streams.stdout.write(`${described(report)}: ${counted(report.findingCount, 'finding')}\n`);
    return report.findingCount === 0 ? 0 : EXIT_FAULT;
  },
  backup: ({ requiredFile, directory, streams }) => {
    const report = backupStore(directory(), requiredFile());
    return done(streams, `backed up ${described(report)}`);
  },
  restore: ({ requiredFile, directory, streams }) => done(streams, `restored ${described(restoreStore(requiredFile(), directory()))}`),
  export: async ({ file, directory, streams }) => {
    const lines = Readable.from(exportLines(directory()));
    if (file === undefined) await pipeline(lines, streams.stdout, { end: false });
    else await pipeline(lines, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
    return 0;
  },
  import: async (call) => (call.to === undefined ? importHere(call) : importThere(call, call.to)),
  scavenge: ({ directory, streams }) => {
    const { events, streams: count, bytesBefore, bytesAfter } = scavengeStore(directory());
    return done(streams, `removed ${counted(events, 'event')} of ${counted(count, 'stream')}; the file had ${bytesBefore} bytes and has ${bytesAfter}`);
  },
};

/** Runs an operation named by the arguments; resolves with the exit code. Never rejects. */
export async function runOperation(args: readonly string[], env: NodeJS.ProcessEnv, streams: CommandStreams): Promise<number> {
  try {
    const { values, positionals } = parse(args);
    const [name, file, ...rest] = positionals;
    if (values.help || name === 'help') return done(streams, OPERATIONS_HELP.trimEnd());
    const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined) throw new UsageError(`there is no command ${name ?? ''}`.trimEnd());
    if (rest.length > 0 || (name === 'scavenge' && file !== undefined)) throw new UsageError(`${name} takes no argument ${rest[0] ?? file}`);
    if (name !== 'import' && (values.to !== undefined || values['with-system'])) throw new UsageError('--to and --with-system belong to import');
    return await command({
      file, to: values.to, withSystem: values['with-system'] ?? false, streams,
      directory: () => values.dir ?? (env['SLIPWAY_EVENTSTORE_DIR'] || missing('name the data directory with --dir or SLIPWAY_EVENTSTORE_DIR')),
      requiredFile: () => file ?? missing(`${name} needs the name of the backup file`),
    });
  } catch (error) {
    return failed(streams, error as Error);
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { dir: { type: 'string' }, to: { type: 'string' }, 'with-system': { type: 'boolean' }, help: { type: 'boolean' } },
    });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

async function importHere({ file, withSystem, directory, streams }: Call): Promise<number> {
  if (withSystem) throw new UsageError('--with-system belongs to --to: an event store of this kind takes every stream');
  const target = directory();
  const { events, streams: count } = await importEvents(target, readEventLines(inputOf(file, streams)));
  return done(streams, `imported ${counted(events, 'event')} of ${counted(count, 'stream')}`);
}

async function importThere({ file, withSystem, streams }: Call, to: string): Promise<number> {
  const client = clientOf(to);
  try {
    const { events, streams: count, skipped } = await importToCluster(readEventLines(inputOf(file, streams)), client, { withSystem });
    const left = skipped === 0 ? '' : `; left out ${counted(skipped, 'event')} of system streams`;
    return done(streams, `imported ${counted(events, 'event')} of ${counted(count, 'stream')}${left}`);
  } finally {
    await client.dispose();
  }
}

function clientOf(to: string): EventStoreDBClient {
  try {
    return EventStoreDBClient.connectionString(to);
  } catch (error) {
    // The client's message may repeat the connection string, and with it a password.
    throw new UsageError('--to must be a connection string: esdb://[user:password@]host[:port][?options]', { cause: error });
  }
}

function inputOf(file: string | undefined, streams: CommandStreams): Readable {
  return file === undefined ? streams.stdin : createReadStream(file);
}

function missing(message: string): never {
  throw new UsageError(message);
}

function described({ events, streams, bytes, lastPosition }: CheckReport): string {
  return `${counted(events, 'event')} of ${counted(streams, 'stream')}, ${bytes} bytes, last position ${lastPosition}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function done({ stdout }: CommandStreams, text: string): number {
  stdout.write(`${text}\n`);
  return 0;
}

function failed({ stderr }: CommandStreams, error: Error): number {
  // Some of the client's errors have no message, only a name.
  stderr.write(`embedded event store: ${(error.message || error.name).replace(/\s*\n\s*/g, ' ')}\n`);
  if (error instanceof UsageError) stderr.write('Try --help.\n');
  return error instanceof UsageError ? EXIT_USAGE : error instanceof DirectoryInUse ? EXIT_CONFLICT : EXIT_FAULT;
}

import type { Readable, Writable } from 'node:stream';
import { parseArgs } from 'node:util';

import { DirectoryInUse } from '../storage/directory-lock.js';
import { OPERATIONS_HELP } from './operations-help.js';
import { OperationFailed, operations } from './operations.js';

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
  check({ file, directory, streams }) {
    const { report, text } = file === undefined ? operations.check(directory()) : operations.checkBackup(file);
    done(streams, text);
    return report.findingCount === 0 ? 0 : EXIT_FAULT;
  },
  backup: ({ requiredFile, directory, streams }) => done(streams, operations.backup(directory(), requiredFile()).text),
  restore: ({ requiredFile, directory, streams }) => done(streams, operations.restore(requiredFile(), directory()).text),
  async export({ file, directory, streams }) {
    if (file !== undefined) return done(streams, (await operations.export(directory(), file)).text);
    await operations.exportTo(directory(), streams.stdout);
    return 0;
  },
  async import({ file, to, withSystem, directory, streams }) {
    const input = file ?? streams.stdin;
    if (to !== undefined) return done(streams, (await operations.importTo(to, input, { withSystem })).text);
    if (withSystem) throw new UsageError('--with-system belongs to --to: an event store of this kind takes every stream');
    return done(streams, (await operations.import(directory(), input)).text);
  },
  scavenge: ({ directory, streams }) => done(streams, operations.scavenge(directory()).text),
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

function missing(message: string): never {
  throw new UsageError(message);
}

function done({ stdout }: CommandStreams, text: string): number {
  stdout.write(`${text}\n`);
  return 0;
}

function failed({ stderr }: CommandStreams, error: Error): number {
  const usage = error instanceof UsageError || (error instanceof OperationFailed && error.kind === 'invalid');
  stderr.write(`embedded event store: ${error.message.replace(/\s*\n\s*/g, ' ')}\n`);
  if (usage) stderr.write('Try --help.\n');
  return usage ? EXIT_USAGE : error instanceof DirectoryInUse ? EXIT_CONFLICT : EXIT_FAULT;
}

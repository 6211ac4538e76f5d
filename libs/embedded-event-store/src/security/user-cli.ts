import { createInterface } from 'node:readline';
import { type Readable, Writable } from 'node:stream';
import { parseArgs } from 'node:util';

import { requireStore } from '../operations/required-files.js';
import { DirectoryInUse } from '../storage/directory-lock.js';
import { openStore } from '../storage/store.js';
import { UserError } from './user-rules.js';
import { Users } from './users.js';

const EXIT_FAULT = 1;
const EXIT_USAGE = 2;
const EXIT_CONFLICT = 6;

const HELP = `Usage: main.js user <command> [options]

Manages the users of a stopped event store; a running one has the Users service of its protocol.

  list                              all users and their groups
  add <name> [--groups a,b]         the password is the first line of standard input
  password <name>                   the same
  groups <name> [--groups a,b]      the user is in these groups and no others
  disable <name>                    the user is kept, and may do nothing
  enable <name>
  remove <name>

Options:
  --dir <directory>                 the data directory; SLIPWAY_EVENTSTORE_DIR without it
  --help                            this text

Exit codes: 0 done, 1 failed, 2 wrong usage, 6 conflict, or the data directory is in use.
`;

export interface UserCommandStreams {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

class UsageError extends Error {}

interface Request {
  readonly name: string;
  readonly groups: readonly string[];
  readonly streams: UserCommandStreams;
}

const COMMANDS: Readonly<Record<string, (users: Users, request: Request) => Promise<void>>> = {
  list: async (users, { streams }) => {
    for (const { name, groups, disabled } of users.list()) streams.stdout.write(`${[name, ...groups, ...(disabled ? ['(disabled)'] : [])].join(' ')}\n`);
  },
  add: async (users, { name, groups, streams }) => users.add(name, await readPassword(streams.stdin), groups),
  password: async (users, { name, streams }) => users.setPassword(name, await readPassword(streams.stdin)),
  groups: (users, { name, groups }) => users.update(name, groups),
  disable: (users, { name }) => users.setDisabled(name, true),
  enable: (users, { name }) => users.setDisabled(name, false),
  remove: (users, { name }) => users.remove(name),
};

/** Runs a command on the users of a data directory that no server has open. Resolves with the exit code, never rejects. */
export async function runUserCommand(args: readonly string[], env: NodeJS.ProcessEnv, streams: UserCommandStreams): Promise<number> {
  try {
    await run(args, env, streams);
    return 0;
  } catch (error) {
    streams.stderr.write(`embedded event store: ${(error as Error).message.replace(/\s*\n\s*/g, ' ')}\n`);
    if (error instanceof UsageError) streams.stderr.write('Try user --help.\n');
    return exitCode(error);
  }
}

async function run(args: readonly string[], env: NodeJS.ProcessEnv, streams: UserCommandStreams): Promise<void> {
  const { values, positionals } = parse(args);
  const [command = '', name = '', ...rest] = positionals;
  if (values.help) {
    streams.stdout.write(HELP);
    return;
  }
  const perform = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (perform === undefined) throw new UsageError(`there is no command user ${command}`.trimEnd());
  if ((name === '') !== (command === 'list') || rest.length > 0) throw new UsageError(`user ${command} takes ${command === 'list' ? 'no' : 'one'} name`);
  if (values.groups !== undefined && command !== 'add' && command !== 'groups') throw new UsageError('--groups belongs to add and groups');
  const directory = values.dir ?? env['SLIPWAY_EVENTSTORE_DIR'] ?? '';
  if (directory === '') throw new UsageError('name the data directory with --dir or SLIPWAY_EVENTSTORE_DIR');
  const groups = (values.groups ?? '').split(',').filter((group) => group !== '');
  await withUsers(directory, (users) => perform(users, { name, groups, streams }));
}

/** Opens the users of a data directory that no server has open. Throws OperationFailed, DirectoryInUse, or what `act` throws. */
export async function withUsers<T>(directory: string, act: (users: Users) => T | Promise<T>): Promise<T> {
  requireStore(directory);
  const store = openStore(directory);
  try {
    return await act(new Users(store));
  } finally {
    store.close();
  }
}

function parse(args: readonly string[]) {
  try {
    const options = { dir: { type: 'string' }, groups: { type: 'string' }, help: { type: 'boolean' } } as const;
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

/** The first line; never an argument, as those are seen by every user of the machine. A terminal does not show it. Throws UserError. */
export async function readPassword(input: Readable & { readonly isTTY?: boolean }): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, next) => next() });
  const lines = createInterface({ input, output: silent, terminal: input.isTTY === true });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  throw new UserError('invalid', 'the password is read from standard input, and there is none');
}

function exitCode(error: unknown): number {
  if (error instanceof UsageError || (error instanceof UserError && error.code === 'invalid')) return EXIT_USAGE;
  return error instanceof DirectoryInUse || (error instanceof UserError && error.code === 'conflict') ? EXIT_CONFLICT : EXIT_FAULT;
}

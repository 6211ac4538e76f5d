import { DirectoryInUse } from './storage/directory-lock.js';
import { runOperation } from './operations/operations-cli.js';
import { refusalLine } from './security/refusal.js';
import { startEmbeddedEventStore, type EmbeddedEventStoreOptions } from './server.js';
import { runUserCommand } from './security/user-cli.js';

const EXIT_FAULT = 1;
const EXIT_USAGE = 2;
const EXIT_CONFLICT = 6;

const FLAGS = ['SLIPWAY_EVENTSTORE_TLS', 'SLIPWAY_EVENTSTORE_ALLOW_ANONYMOUS', 'SLIPWAY_EVENTSTORE_SYSTEM_PROJECTIONS'];

function fail(message: string, code: number): never {
  process.stderr.write(`embedded event store: ${message.replace(/\s*\n\s*/g, ' ')}\n`);
  process.exit(code);
}

function readOptions(env: NodeJS.ProcessEnv): EmbeddedEventStoreOptions {
  const problems: string[] = [];
  const directory = env['SLIPWAY_EVENTSTORE_DIR'] ?? '';
  if (directory === '') problems.push('SLIPWAY_EVENTSTORE_DIR must name the data directory');
  const port = Number(env['SLIPWAY_EVENTSTORE_PORT'] || '2113');
  if (!Number.isInteger(port) || port < 0 || port > 65535) problems.push('SLIPWAY_EVENTSTORE_PORT must be a port number');
  const [tls, allowAnonymous, systemProjections] = FLAGS.map((name) => env[name] || 'false');
  if (![tls, allowAnonymous, systemProjections].every((value) => value === 'true' || value === 'false')) {
    problems.push(`${FLAGS.join(', ')} must be true or false`);
  }
  if (problems.length > 0) fail(problems.join('; '), EXIT_USAGE);
  const flags = { tls: tls === 'true', allowAnonymous: allowAnonymous === 'true', systemProjections: systemProjections === 'true' };
  return { directory, port, host: env['SLIPWAY_EVENTSTORE_HOST'] || undefined, ...flags };
}

async function main(): Promise<void> {
  const options = readOptions(process.env);
  try {
    const store = await startEmbeddedEventStore({ ...options, onRefused: (refusal) => process.stdout.write(refusalLine(refusal)) });
    const stop = (): void => {
      store.close().then(
        () => process.exit(0),
        (error: Error) => fail(error.message, EXIT_FAULT),
      );
    };
    void store.failure.then((error) => fail(error.message, EXIT_FAULT));
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
    const { port, connectionString } = store;
    process.stdout.write(`${JSON.stringify({ ready: true, port, connectionString })}\n`);
  } catch (error) {
    if (error instanceof DirectoryInUse) fail(error.message, EXIT_CONFLICT);
    fail(`cannot start: ${(error as Error).message}`, EXIT_USAGE);
  }
}

const args = process.argv.slice(2);
if (args.length === 0) void main();
else if (args[0] === 'user') void runUserCommand(args.slice(1), process.env, process).then((code) => (process.exitCode = code));
else void runOperation(args, process.env, process).then((code) => (process.exitCode = code));

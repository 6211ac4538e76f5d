import { resolve } from 'node:path';
import { Platform, type PlatformOptions } from '@slipway/platform';
import { type CommandModule, verb } from './cli.js';
import { DATA_DIRECTORY } from './options.js';

/** Starts the whole platform, and stops it in order on Ctrl-C. */
export const upVerbs: CommandModule = (program, cli) => {
  verb(program, {
    usage: 'up',
    group: 'platform',
    summary: 'start the platform on this machine, and keep it up until Ctrl-C; SLIPWAY_NATS (with SLIPWAY_NATS_KEYS) and SLIPWAY_EVENTSTORE (with SLIPWAY_EVENTSTORE_KEYS) name servers of your own',
    example: 'up --data /var/lib/slipway',
  })
    .option('--data <directory>', 'where everything that lasts is kept', DATA_DIRECTORY)
    .action(
      cli.action(async ({ io }, { data }: { data: string }) => {
        const interrupted = io.interrupted();
        const directory = resolve(io.directory, data);
        io.err(`starting, with data in ${directory}`);
        const platform = await Platform.start({ data: directory, say: (line) => io.err(line), ...serversOf(io.environment) });
        io.err(`up: NATS at ${platform.connections.nats}, event store at ${platform.connections.eventStore}`);
        io.err(`gateway at ${platform.connections.gateway}`);
        const { firstAdministratorFile } = platform;
        io.err('in another terminal:');
        // There the command line finds it by itself.
        if (directory !== resolve(io.directory, DATA_DIRECTORY)) io.err(`  export SLIPWAY_URL=${platform.connections.gateway}`);
        if (firstAdministratorFile) io.err(`  npx slipway login --token-stdin < ${firstAdministratorFile}`);
        io.err('  npx slipway token create --help   # the administrator makes the tokens of those who do the work');
        io.err('  npx slipway --help');
        io.err('Ctrl-C stops everything in order.');
        if (!interrupted.aborted) await new Promise((stop) => interrupted.addEventListener('abort', stop, { once: true }));
        io.err('stopping');
        await platform.stop();
      }),
    );
};

type Servers = Pick<PlatformOptions, 'nats' | 'natsKeys' | 'eventStore' | 'eventStoreKeys'>;

const serversOf = ({ SLIPWAY_NATS: nats, SLIPWAY_NATS_KEYS: natsKeys, SLIPWAY_EVENTSTORE: eventStore, SLIPWAY_EVENTSTORE_KEYS: eventStoreKeys }: NodeJS.ProcessEnv): Servers => ({
  ...(nats && { nats }),
  ...(natsKeys && { natsKeys }),
  ...(eventStore && { eventStore }),
  ...(eventStoreKeys && { eventStoreKeys }),
});

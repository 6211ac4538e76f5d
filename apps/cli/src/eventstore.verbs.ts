import { resolve } from 'node:path';
import { SlipwayError } from '@slipway/kernel';
import type { Command } from 'commander';
import { type Cli, type CommandModule, verb } from './cli.js';
import { eventstoreUserVerbs } from './eventstore-user.verbs.js';
import { loadTools, storeVerb, tool, type Where } from './eventstore-verb.js';
import type { Io } from './io.js';
import { eventStoreOf } from './options.js';

interface ImportOptions extends Where {
  readonly to?: string;
  readonly withSystem?: boolean;
}

/** Tools for the embedded event store's files. None needs the bus, or a platform that runs. */
export const eventstoreVerbs: CommandModule = (program, cli) => {
  const eventstore = verb(program, {
    usage: 'eventstore',
    group: 'platform',
    summary: 'keep, check and move the history: tools for the files of the embedded event store',
    example: 'eventstore backup before-upgrade.db',
  });
  backupVerbs(eventstore, cli);
  transferVerbs(eventstore, cli);
  eventstoreUserVerbs(eventstore, cli);
};

function backupVerbs(eventstore: Command, cli: Cli): void {
  storeVerb(eventstore, 'backup <file>', 'write all events into one new file; the platform may run', 'backup before-upgrade.db').action(
    tool(cli, ({ operations }, { io }, file: string, { data }: Where) => operations.backup(eventStoreOf(data, io), resolve(io.directory, file))),
  );

  storeVerb(eventstore, 'restore <file>', 'make an empty data directory from a backup', 'restore before-upgrade.db --data /var/lib/slipway').action(
    tool(cli, ({ operations }, { io }, file: string, { data }: Where) => operations.restore(resolve(io.directory, file), eventStoreOf(data, io))),
  );

  storeVerb(eventstore, 'check [file]', 'walk the whole store, or a backup, and say what is wrong (exit code 1); the platform may run', 'check before-upgrade.db').action(
    cli.action(async (session, file: string | undefined, { data }: Where) => {
      const { told, operations } = await loadTools();
      const { io } = session;
      const { report, text } = await told(() => (file === undefined ? operations.check(eventStoreOf(data, io)) : operations.checkBackup(resolve(io.directory, file))));
      session.output.data(report, () => text);
      return report.findingCount === 0 ? 0 : 1;
    }),
  );

  storeVerb(eventstore, 'scavenge', 'free the space of deleted, truncated and expired events; the platform must be stopped', 'scavenge').action(
    tool(cli, ({ operations }, { io }, { data }: Where) => operations.scavenge(eventStoreOf(data, io))),
  );
}

function transferVerbs(eventstore: Command, cli: Cli): void {
  storeVerb(eventstore, 'export [file]', 'write all events as NDJSON, oldest first, to a new file or to stdout; the platform may run', 'export log.ndjson').action(
    cli.action(async (session, file: string | undefined, { data }: Where) => {
      const { told, operations } = await loadTools();
      const { io } = session;
      const directory = eventStoreOf(data, io);
      if (file === undefined) return told(() => operations.exportTo(directory, io.output()));
      const { report, text } = await told(() => operations.export(directory, resolve(io.directory, file)));
      session.output.data(report, () => text);
    }),
  );

  storeVerb(eventstore, 'import [file]', 'read events as NDJSON, from a file or from stdin, into an empty data directory or a cluster', "import log.ndjson --to 'esdb://node1:2113,node2:2113?tls=true'")
    .option('--to <esdb://…>', 'append to this EventStoreDB or KurrentDB instead; run it again to go on where it broke off')
    .option('--with-system', 'with --to: also streams whose names begin with $, which are left out otherwise')
    .action(
      tool(cli, ({ operations }, { io }, file: string | undefined, { data, to, withSystem = false }: ImportOptions) => {
        if (to !== undefined && data !== undefined) throw new SlipwayError('INVALID_COMMAND', '--to and --data name two places to import into');
        if (to === undefined && withSystem) throw new SlipwayError('INVALID_COMMAND', '--with-system belongs to --to: a data directory takes every stream');
        const input = file === undefined ? piped(io) : resolve(io.directory, file);
        return to === undefined ? operations.import(eventStoreOf(data, io), input) : operations.importTo(to, input, { withSystem });
      }),
    );
}

function piped(io: Io): ReturnType<Io['input']> {
  const input = io.input();
  if (input.isTTY) throw new SlipwayError('INVALID_COMMAND', 'name the file with the events, or pipe them into this command');
  return input;
}

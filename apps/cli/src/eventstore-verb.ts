import type { Outcome } from '@slipway/embedded-event-store';
import type { Command } from 'commander';
import { type Act, type Cli, verb } from './cli.js';
import type * as Tools from './eventstore-tools.js';
import { DATA_DIRECTORY } from './options.js';

/** Options of every verb on the files of a store, for `eventStoreOf`. */
export interface Where {
  /** A platform's data directory. */
  readonly data?: string;
}

/** Nobody but these verbs waits for a database and a gRPC library to be loaded. */
export const loadTools = (): Promise<typeof Tools> => import('./eventstore-tools.js');

/** A verb on the files of a store. */
export function storeVerb(parent: Command, usage: string, summary: string, example: string): Command {
  const group = parent.name() === 'eventstore' ? 'eventstore' : `eventstore ${parent.name()}`;
  return verb(parent, { usage, summary, example: `${group} ${example}` }).option(
    '--data <directory>',
    `data directory of slipway up (default: the event store that SLIPWAY_EVENTSTORE_DIR names, else ${DATA_DIRECTORY} here or in a folder above)`,
  );
}

/** An action that prints what a tool of the event store did. */
export function tool<A extends unknown[]>(cli: Cli, run: (loaded: typeof Tools, ...args: Parameters<Act<A>>) => Outcome | Promise<Outcome>): (...args: A) => Promise<void> {
  return cli.action(async (session, ...args: A) => {
    const loaded = await loadTools();
    const { report, text } = await loaded.told(() => run(loaded, session, ...args));
    session.output.data(report, () => text);
  });
}

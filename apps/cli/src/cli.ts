import type { Command } from 'commander';
import type { Io } from './io.js';
import type { GlobalOptions } from './options.js';
import { Session } from './session.js';

/** What a command does. Its result is the exit code; none is 0. */
export type Act<A extends unknown[]> = (session: Session, ...args: A) => Promise<number | void>;

/** Ties commander's commands to sessions. */
export class Cli {
  exitCode = 0;

  constructor(
    private readonly program: Command,
    readonly io: Io,
  ) {}

  /** For `command.action(…)`: runs in a session of its own. */
  action<A extends unknown[]>(act: Act<A>): (...args: A) => Promise<void> {
    return async (...args) => {
      this.exitCode = (await act(new Session(this.io, this.program.opts<GlobalOptions>()), ...args)) ?? 0;
    };
  }
}

/** Adds commands to the program. A new group of commands is a file that exports one of these, and a line in `main.ts`. */
export type CommandModule = (program: Command, cli: Cli) => void;

/** Headings of `slipway --help`: by the team whose work it is. */
export const GROUPS = {
  development: 'Development team:',
  environments: 'Managed environments:',
  operators: 'Operators:',
  platform: 'Platform:',
} as const;

interface VerbTexts {
  /** Name and arguments: `cut <application>`. */
  readonly usage: string;
  readonly group?: keyof typeof GROUPS;
  readonly summary: string;
  /** One line that shows it at work. */
  readonly example: string;
}

/** A command with its help. */
export function verb(parent: Command, { usage, group, summary, example }: VerbTexts): Command {
  const command = parent.command(usage).description(summary).helpCommand(false).addHelpText('after', `\nExample:\n  $ slipway ${example}`);
  return group === undefined ? command : command.helpGroup(GROUPS[group]);
}

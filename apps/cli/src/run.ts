import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ErrorCode, ERRORS, SlipwayError, toProblem } from '@slipway/kernel';
import { Command, CommanderError, Help, type Option } from 'commander';
import { Cli, type CommandModule } from './cli.js';
import type { Io } from './io.js';
import { type GlobalOptions, globalOptions } from './options.js';

const { version } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as { version: string };

/** Where the terminal's is not known. */
const HELP_WIDTH = 100;

/** @returns the exit code */
export async function run(argv: readonly string[], io: Io, modules: readonly CommandModule[]): Promise<number> {
  const program = createProgram(io);
  const cli = new Cli(program, io);
  for (const module of modules) module(program, cli);
  try {
    await program.parseAsync(asVersion(argv), { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    // No command was given, and the help was printed in its place.
    if (error instanceof CommanderError && error.code === 'commander.help') return ERRORS.INVALID_COMMAND.exit;
    return report(error instanceof CommanderError ? usageError(error, helpOf(program, argv)) : error, io, program.opts<GlobalOptions>().output === 'json');
  }
}

function createProgram(io: Io): Command {
  const program = new Command('slipway')
    .description('Slipway carries releases from a commit to production and back, and records every step.')
    .helpCommand(false)
    .version(version, '-V', 'print the version');
  for (const option of globalOptions()) program.addOption(option);
  program.addHelpText('after', `\nNames are workspace/name; the workspace may be left out where only one fits.\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 denied, 4 not allowed, 5 not found, 6 conflict, 7 timed out.`);
  // Commander writes and exits by itself; both are ours to do. Commands that are added later inherit this.
  return program
    .exitOverride()
    .configureHelp({ subcommandTerm: (command) => command.name(), optionDescription, showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => io.out(text.trimEnd()),
      writeErr: (text) => io.err(text.trimEnd()),
      outputError: () => undefined, // `report` tells it, in the form of all errors.
      getOutHelpWidth: () => io.columns ?? HELP_WIDTH,
      getErrHelpWidth: () => io.columns ?? HELP_WIDTH,
    });
}

/** Commander's own, and whether a command does without it. */
const optionDescription = (option: Option): string => `${new Help().optionDescription(option)}${option.mandatory ? ' (required)' : ''}`;

/** `--version` belongs to `cut`, so the program's own is -V; alone, it is meant for the program all the same. */
const asVersion = (argv: readonly string[]): readonly string[] => (argv.length === 1 && argv[0] === '--version' ? ['-V'] : argv);

const usageError = ({ message }: CommanderError, help: string): SlipwayError =>
  new SlipwayError('INVALID_COMMAND', `${message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ').replace(/\.$/, '')}; see ${help}`);

/** What to type for the help of the command that was meant, as far as it is one. Groups of commands have no options of their own. */
function helpOf(program: Command, argv: readonly string[]): string {
  const path = [program];
  for (const word of argv) {
    const next = path.at(-1)!.commands.find((command) => command.name() === word);
    if (next) path.push(next);
  }
  return [...path.map((command) => command.name()), '--help'].join(' ');
}

/** Tells an error on stderr; the last line is its problem document where JSON was asked for. */
function report(error: unknown, io: Io, asJson: boolean): number {
  const known = error instanceof SlipwayError;
  const code: ErrorCode = known ? error.code : 'INTERNAL';
  const text = known ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.err(`slipway: ${code}: ${text}`);
  for (const reason of known ? error.reasons : []) io.err(`  - ${reason.at ? `${reason.at}: ` : ''}${reason.code}: ${reason.message}`);
  if (asJson) io.err(JSON.stringify(toProblem(error)));
  return ERRORS[code].exit;
}

import { DeclareFreeze, LiftFreeze } from '@slipway/admission/contract';
import { type CommandModule, verb } from './cli.js';
import { freezeNamed } from './names.js';

interface FreezeOptions {
  readonly environments: string;
  readonly reason: string;
  readonly from?: string;
  readonly until?: string;
  readonly holdRollbacks?: boolean;
}

export const freezeVerbs: CommandModule = (program, cli) => {
  verb(program, {
    usage: 'freeze <workspace/name>',
    group: 'environments',
    summary: 'let nothing enter environments for a while',
    example: 'freeze sre/year-end --environments production --until 2027-01-02T06:00:00Z --reason "year-end closing"',
  })
    .requiredOption('--environments <a,b>', 'which environments of the workspace')
    .requiredOption('--reason <text>', 'why')
    .option('--from <time>', 'ISO 8601 (default: now)')
    .option('--until <time>', 'ISO 8601 (default: until it is lifted)')
    .option('--hold-rollbacks', 'hold rollbacks as well; otherwise they pass')
    .action(
      cli.action(async (session, freeze: string, { environments, reason, from, until, holdRollbacks }: FreezeOptions) => {
        const names = environments.split(',').map((name) => name.trim());
        const optional = { ...(from !== undefined && { from }), ...(until !== undefined && { until }), ...(holdRollbacks && { holdsRollbacks: true }) };
        session.output.answer(await session.command(DeclareFreeze, { freeze, environments: names, reason, ...optional }));
      }),
    );

  verb(program, {
    usage: 'unfreeze <freeze>',
    group: 'environments',
    summary: 'lift a freeze: what it held goes on',
    example: 'unfreeze sre/year-end --reason "the books are closed"',
  })
    .requiredOption('--reason <text>', 'why')
    .action(
      cli.action(async (session, name: string, { reason }: { reason: string }) => {
        session.output.answer(await session.command(LiftFreeze, { freeze: await freezeNamed(session, name), reason }));
      }),
    );
};

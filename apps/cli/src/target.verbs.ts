import { LiftHold, PlaceHold, RollBack } from '@slipway/deployment/contract';
import { type CommandModule, verb } from './cli.js';
import { rollbackEnd } from './ends.js';
import { factIn } from './fact.js';
import { targetNamed } from './names.js';

interface RollbackOptions {
  readonly to?: string;
  readonly reason: string;
  readonly wait?: boolean;
}

export const targetVerbs: CommandModule = (program, cli) => {
  verb(program, {
    usage: 'rollback <application> <environment>',
    group: 'environments',
    summary: 'replay an earlier successful deployment, and hold the target until somebody lifts it',
    example: 'rollback shop production --to production-4 --reason "wrong prices" --wait',
  })
    .option('--to <deployment>', 'the deployment to go back to (default: the last one with another snapshot)')
    .requiredOption('--reason <text>', 'why')
    .option('--wait', 'follow it to its end')
    .action(
      cli.action(async (session, application: string, environment: string, { to, reason, wait }: RollbackOptions) => {
        const target = await targetNamed(session, application, environment);
        const answer = await session.command(RollBack, { target, reason, ...(to !== undefined && { to }) });
        const requested = factIn(answer, 'RollbackRequested');
        if (wait && requested) await rollbackEnd(session, answer, target, requested.deployment);
        else session.output.answer(answer);
      }),
    );

  verb(program, {
    usage: 'hold <application> <environment>',
    group: 'environments',
    summary: 'keep automation from deploying; rollbacks pass',
    example: 'hold shop production --reason "we look into the errors"',
  })
    .requiredOption('--reason <text>', 'why')
    .action(
      cli.action(async (session, application: string, environment: string, { reason }: { reason: string }) => {
        session.output.answer(await session.command(PlaceHold, { target: await targetNamed(session, application, environment), reason }));
      }),
    );

  verb(program, {
    usage: 'lift <application> <environment>',
    group: 'environments',
    summary: 'lift a hold: what waited behind it is deployed',
    example: 'lift shop production --reason "rc2 has the fix"',
  })
    .requiredOption('--reason <text>', 'why')
    .action(
      cli.action(async (session, application: string, environment: string, { reason }: { reason: string }) => {
        session.output.answer(await session.command(LiftHold, { target: await targetNamed(session, application, environment), reason }));
      }),
    );
};

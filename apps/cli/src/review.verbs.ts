import { ApproveRelease, PromoteRelease, RejectRelease } from '@slipway/admission/contract';
import { type CommandModule, verb } from './cli.js';
import { releaseNamed } from './names.js';

export const reviewVerbs: CommandModule = (program, cli) => {
  verb(program, {
    usage: 'approve <release> <environment>',
    group: 'environments',
    summary: 'say yes to a release in an environment; its authors may not',
    example: 'approve shop-1.8.0-rc1-k3x9a production',
  })
    .option('--comment <text>', 'what the record shall say beside it')
    .action(
      cli.action(async (session, name: string, environment: string, { comment }: { comment?: string }) => {
        const release = await releaseNamed(session, name);
        session.output.answer(await session.command(ApproveRelease, { release, environment, ...(comment !== undefined && { comment }) }));
      }),
    );

  verb(program, {
    usage: 'reject <release> <environment>',
    group: 'environments',
    summary: 'say no to a release: it is denied',
    example: 'reject shop-1.8.0-rc1-k3x9a production --reason "not before the migration"',
  })
    .requiredOption('--reason <text>', 'why')
    .action(
      cli.action(async (session, name: string, environment: string, { reason }: { reason: string }) => {
        session.output.answer(await session.command(RejectRelease, { release: await releaseNamed(session, name), environment, reason }));
      }),
    );

  verb(program, {
    usage: 'promote <release> <environment>',
    group: 'environments',
    summary: 'let a release go on to an environment that is entered by hand',
    example: 'promote shop-1.8.0-rc1-k3x9a production',
  }).action(
    cli.action(async (session, name: string, environment: string) => {
      session.output.answer(await session.command(PromoteRelease, { release: await releaseNamed(session, name), environment }));
    }),
  );
};

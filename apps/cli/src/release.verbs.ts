import { CancelRelease, RequestRelease } from '@slipway/planning/contract';
import { type CommandModule, verb } from './cli.js';
import { releaseEnd } from './ends.js';
import { factIn } from './fact.js';
import { planNamed, releaseNamed } from './names.js';

export const releaseVerbs: CommandModule = (program, cli) => {
  verb(program, {
    usage: 'release <plan> <candidate>',
    group: 'development',
    summary: `ask for a candidate's snapshot to be released through a plan`,
    example: 'release shop-to-prod 1.8.0-rc1 --wait',
  })
    .option('--wait', 'follow it to its end, through all environments')
    .action(
      cli.action(async (session, name: string, candidate: string, { wait }: { wait?: boolean }) => {
        const answer = await session.command(RequestRelease, { plan: await planNamed(session, name), candidate });
        const requested = factIn(answer, 'ReleaseRequested');
        if (wait && requested) await releaseEnd(session, answer, requested.release);
        else session.output.answer(answer);
      }),
    );

  verb(program, {
    usage: 'cancel <release>',
    group: 'development',
    summary: 'stop a release: what is not deployed yet will not be',
    example: 'cancel shop-1.8.0-rc1-k3x9a --reason "wrong candidate"',
  })
    .requiredOption('--reason <text>', 'why')
    .action(
      cli.action(async (session, name: string, { reason }: { reason: string }) => {
        session.output.answer(await session.command(CancelRelease, { release: await releaseNamed(session, name), reason }));
      }),
    );
};

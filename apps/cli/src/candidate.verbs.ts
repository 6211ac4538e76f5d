import { RequestBuild } from '@slipway/build/contract';
import type { CommandAnswer } from '@slipway/kernel';
import { CherryPick, CutCandidate } from '@slipway/planning/contract';
import { type CommandModule, verb } from './cli.js';
import { buildEnd } from './ends.js';
import { factIn } from './fact.js';
import { applicationNamed } from './names.js';
import { type Session, SLOW_ANSWER_SECONDS } from './session.js';

interface Wait {
  readonly wait?: boolean;
}

export const candidateVerbs: CommandModule = (program, cli) => {
  verb(program, {
    usage: 'cut <application>',
    group: 'development',
    summary: 'choose a commit: the next candidate, which is then built',
    example: 'cut shop --version 1.8.0 --wait',
  })
    .option('--version <version>', 'version of the candidate (default: that of the last one, or 0.1.0)')
    .option('--ref <ref>', 'HEAD of the mainline (the default), a branch, a tag or a commit')
    .option('--wait', 'follow its build to the end')
    .action(
      cli.action(async (session, name: string, { wait, version, ref }: Wait & { version?: string; ref?: string }) => {
        const application = await applicationNamed(session, name);
        const answer = await session.command(CutCandidate, { application, ...(version && { version }), ...(ref && { ref }) }, SLOW_ANSWER_SECONDS);
        await cutEnd(session, answer, application, wait);
      }),
    );

  verb(program, {
    usage: 'cherry-pick <application> <candidate> <commit...>',
    group: 'development',
    summary: 'put commits on top of a candidate: the next candidate of its version, which is then built',
    example: 'cherry-pick shop 1.8.0-rc1 3f2a91c --wait',
  })
    .option('--wait', 'follow its build to the end')
    .action(
      cli.action(async (session, name: string, candidate: string, commits: string[], { wait }: Wait) => {
        const application = await applicationNamed(session, name);
        await cutEnd(session, await session.command(CherryPick, { application, candidate, commits }, SLOW_ANSWER_SECONDS), application, wait);
      }),
    );

  verb(program, {
    usage: 'build <application> <candidate>',
    group: 'development',
    summary: 'build a candidate whose build failed once more; what was built is never built again',
    example: 'build shop 1.8.0-rc1 --wait',
  })
    .option('--wait', 'follow it to the end')
    .action(
      cli.action(async (session, name: string, candidate: string, { wait }: Wait) => {
        const application = await applicationNamed(session, name);
        const answer = await session.command(RequestBuild, { application, candidate });
        if (wait) await buildEnd(session, answer, application, candidate);
        else session.output.answer(answer);
      }),
    );
};

async function cutEnd(session: Session, answer: CommandAnswer, application: string, wait: boolean | undefined): Promise<void> {
  const cut = factIn(answer, 'CandidateCut');
  if (wait && cut) await buildEnd(session, answer, application, cut.candidate);
  else session.output.answer(answer);
}

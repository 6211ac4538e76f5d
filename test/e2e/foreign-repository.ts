// A release of a repository that we did not make: `npm run foreign -- <path of a git repository with an npm package>`.
// Works on a clone, cuts, cherry-picks (one clean, one with a conflict), and builds with `npm pack`.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fact } from '@slipway/demo';
import { SlipwayError } from '@slipway/kernel';
import { type CandidateCut, CherryPick, CutCandidate, RegisterApplication } from '@slipway/planning/contract';
import { ShowCandidate } from '@slipway/query/contract';
import { Rig } from './rig.js';

const WHO = 'person:visitor';
const BACK = 40;

async function main(source: string): Promise<void> {
  const rig = await Rig.start('foreign');
  try {
    const repository = join(rig.directory, 'foreign.git');
    const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
    git('clone', '-q', '--bare', source, repository);
    const commits = git('-C', repository, 'log', '--first-parent', '--format=%H', 'HEAD').split('\n');
    const mainline = git('-C', repository, 'symbolic-ref', '--short', 'HEAD');
    say({ commits: Number(git('-C', repository, 'rev-list', '--count', 'HEAD')), mainline });

    const application = 'visitor/foreign';
    await rig.operator.command(WHO, RegisterApplication, {
      application,
      repository,
      mainline,
      components: [{ name: 'package', recipe: { command: ['sh', '-c', 'npm pack --silent --ignore-scripts && mv ./*.tgz package.tgz'], outputs: ['package.tgz'] } }],
    });
    const first = await cut(rig, application, commits[BACK]!);
    const second = await cut(rig, application, commits[BACK / 2]!);
    say({ candidate: first.candidate, then: second.candidate, changes: second.changeCount });

    let clean: CandidateCut['data'] | undefined;
    let conflict: SlipwayError | undefined;
    for (const commit of commits.slice(0, BACK / 2)) {
      if (clean && conflict) break;
      try {
        const answer = await rig.operator.command(WHO, CherryPick, { application, candidate: first.candidate, commits: [commit] });
        clean ??= fact<CandidateCut['data']>(answer, 'CandidateCut');
      } catch (error) {
        if (!(error instanceof SlipwayError) || error.code !== 'CHERRY_PICK_CONFLICT') throw error;
        conflict ??= error;
      }
    }
    say({ clean: clean && { candidate: clean.candidate, origin: clean.origin } });
    say({ conflict: conflict && { code: conflict.code, message: conflict.message, reasons: conflict.reasons } });
    say({ worktrees: git('-C', repository, 'worktree', 'list').split('\n').length, refs: git('-C', repository, 'for-each-ref', 'refs/slipway').split('\n') });

    for (const candidate of [first.candidate, clean?.candidate].filter((name) => name !== undefined)) {
      const built = await rig.operator.until(ShowCandidate, { application, candidate }, (seen) => ['succeeded', 'failed', 'errored'].includes(seen?.build ?? ''));
      say({ candidate, commit: built?.commit, build: built?.build, snapshot: built?.snapshot, artifacts: built?.artifacts, reason: built?.reason });
      if (built?.build !== 'succeeded') process.exitCode = 1;
    }
    if (!clean || !conflict) process.exitCode = 1;
  } finally {
    await rig.stop();
  }
}

async function cut(rig: Rig, application: string, ref: string): Promise<CandidateCut['data']> {
  return fact<CandidateCut['data']>(await rig.operator.command(WHO, CutCandidate, { application, version: '1.0.0', ref }), 'CandidateCut');
}

const say = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

const [source] = process.argv.slice(2);
if (source) void main(source);
else {
  process.stderr.write('usage: npm run foreign -- <path of a git repository with an npm package>\n');
  process.exitCode = 2;
}

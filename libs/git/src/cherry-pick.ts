import { type Reason, SlipwayError } from '@slipway/kernel';
import { assertCommit, commitInfo } from './commit-log.js';
import type { Git } from './git.js';
import { gitFailure } from './git-failure.js';
import { withWorktree } from './worktree.js';

export interface CherryPick {
  /** Full commit id that the picks are put on. */
  readonly base: string;
  /** Full commit ids, in the order in which they are applied. */
  readonly commits: readonly string[];
}

export interface CherryPicked {
  /** The last pick; `base` if there was none. */
  readonly commit: string;
  readonly picks: readonly { readonly from: string; readonly as: string }[];
}

/**
 * Applies the commits on top of the base, in a worktree that is always removed. Author and author's date are kept, the
 * message gets git's `(cherry picked from commit …)` line, a merge is picked against its first parent.
 *
 * The same base and commits give the same commit id: the committer is Slipway, at the time of the picked commit.
 * Throws CHERRY_PICK_CONFLICT (one reason per file, `at` its path), CHERRY_PICK_EMPTY, REF_NOT_FOUND.
 */
export async function cherryPick(git: Git, { base, commits }: CherryPick): Promise<CherryPicked> {
  for (const sha of [base, ...commits]) await assertCommit(git, sha);
  return withWorktree(git, base, async (worktree) => {
    const picks: { from: string; as: string }[] = [];
    for (const from of commits) picks.push({ from, as: await pickOne(git, worktree, from) });
    return { commit: picks.at(-1)?.as ?? base, picks };
  });
}

async function pickOne(git: Git, worktree: string, sha: string): Promise<string> {
  const parents = (await git.text(['rev-list', '--parents', '--max-count=1', sha])).split(' ').length - 1;
  const committedAt = await git.text(['log', '--max-count=1', '--format=%cd', '--date=raw', sha]);
  const args = ['cherry-pick', '-x', '--allow-empty-message', ...(parents > 1 ? ['--mainline=1'] : []), sha];
  const result = await git.run(args, { worktree, environment: { GIT_COMMITTER_DATE: `@${committedAt}` }, accept: [0, 1, 128] });
  if (result.code === 0) return git.text(['rev-parse', '--verify', 'HEAD'], { worktree });

  const files = await conflictingFiles(git, worktree);
  if (files.length > 0) throw await conflict(git, sha, files);
  if (await isUnchanged(git, worktree)) {
    throw new SlipwayError('CHERRY_PICK_EMPTY', `commit ${await named(git, sha)} changes nothing here: it is in the base already, or empty`);
  }
  throw gitFailure(args, result, git.remoteUrl);
}

async function conflictingFiles(git: Git, worktree: string): Promise<string[]> {
  const output = await git.text(['diff', '--no-ext-diff', '--name-only', '--diff-filter=U', '-z'], { worktree });
  return [...new Set(output.split('\0'))].filter((file) => file !== '');
}

async function isUnchanged(git: Git, worktree: string): Promise<boolean> {
  return (await git.text(['status', '--porcelain'], { worktree })) === '';
}

async function conflict(git: Git, sha: string, files: readonly string[]): Promise<SlipwayError> {
  const name = await named(git, sha);
  const reasons = files.map((file): Reason => ({ code: 'CHERRY_PICK_CONFLICT', message: `commit ${name} conflicts in ${file}`, at: file }));
  return new SlipwayError('CHERRY_PICK_CONFLICT', `commit ${name} does not apply: ${files.length === 1 ? files[0] : `${files.length} files conflict`}`, reasons);
}

/** `1a2b3c4d5e6f (Fix the cart)`. */
async function named(git: Git, sha: string): Promise<string> {
  return `${sha.slice(0, 12)} (${(await commitInfo(git, sha)).subject})`;
}

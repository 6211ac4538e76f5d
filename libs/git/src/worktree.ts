import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Git } from './git.js';

/** Files of a commit, for a build. */
export interface Checkout {
  /** Absolute path. */
  readonly directory: string;
  /** Removes the folder and all that was made in it. */
  dispose(): Promise<void>;
}

/** Temporary worktrees are beside the mirror: the checkout of a large repository may not fit where /tmp is memory. */
const PREFIX = 'worktree-';
/** Far longer than any work in a worktree takes. */
const ABANDONED_MS = 24 * 3_600_000;

/** Runs `work` in a worktree at the commit; nothing of it stays, whatever happens. */
export async function withWorktree<T>(git: Git, sha: string, work: (directory: string) => Promise<T>): Promise<T> {
  await removeAbandoned(dirname(git.directory));
  const parent = await mkdtemp(join(dirname(git.directory), PREFIX));
  try {
    const directory = join(parent, 'checkout');
    await addWorktree(git, sha, directory);
    return await work(directory);
  } finally {
    await rm(parent, { recursive: true, force: true });
    await prune(git);
  }
}

/**
 * Exports a commit into a folder that is absent or empty. It is no repository: without the `.git` link a recipe can
 * neither read nor write the mirror.
 */
export async function exportCommit(git: Git, sha: string, directory: string): Promise<Checkout> {
  await addWorktree(git, sha, directory);
  await rm(join(directory, '.git'));
  await prune(git);
  return { directory, dispose: () => rm(directory, { recursive: true, force: true }) };
}

async function addWorktree(git: Git, sha: string, directory: string): Promise<void> {
  await git.run(['worktree', 'add', '--quiet', '--detach', '--end-of-options', directory, sha]);
}

/** What a process of ours that was killed could not remove. */
async function removeAbandoned(root: string): Promise<void> {
  for (const name of (await readdir(root)).filter((each) => each.startsWith(PREFIX))) {
    const made = await stat(join(root, name)).catch(absent);
    if (made && Date.now() - made.mtimeMs > ABANDONED_MS) await rm(join(root, name), { recursive: true, force: true });
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

/** Forgets the worktrees whose folders are gone, also those of a process that was killed. */
async function prune(git: Git): Promise<void> {
  await git.run(['worktree', 'prune', '--expire=now']);
}

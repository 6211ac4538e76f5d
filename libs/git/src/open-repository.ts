import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join, resolve, sep } from 'node:path';
import { withFileLock } from '@slipway/process-runner';
import { Git } from './git.js';
import { gitFailure } from './git-failure.js';
import { mirrorName, normalUrl } from './repository-url.js';

const FETCHED = ['heads', 'tags', 'slipway'].map((kind) => `+refs/${kind}/*:refs/${kind}/*`);

/** As long as one git call may take, so that waiting for another's first fetch does not fail. */
const LOCK_WAIT_MS = 15 * 60_000;

/** The bare repository that mirrors a URL below the folder; made if it is not there. Does not ask the upstream. */
export async function openRepository(rootDirectory: string, url: string): Promise<Git> {
  const root = resolve(rootDirectory);
  await mkdir(root, { recursive: true });
  const git = new Git(join(root, mirrorName(url)), normalUrl(url), await writeConfig(root));
  if (!existsSync(git.directory)) await locked(git, () => create(git));
  return git;
}

/** Made aside, so that a folder with the final name is always complete. */
async function create(git: Git): Promise<void> {
  if (existsSync(git.directory)) return;
  const draft = `${git.directory}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft);
  await git.run(['init', '--quiet', '--bare', '--initial-branch=main', '.'], { worktree: draft });
  await rename(draft, git.directory);
}

/** Makes heads, tags and refs/slipway equal to the upstream's. One at a time per repository, in all processes. */
export async function fetchAll(git: Git): Promise<void> {
  const args = ['fetch', '--quiet', '--prune', '--force', '--no-tags', '--no-write-fetch-head', 'upstream', ...FETCHED];
  await locked(git, async () => {
    const result = await git.run(args, { accept: [0, 1, 128] });
    if (result.code === 0) return;
    if (!(await removeStaleLocks(git, result.stderr))) throw gitFailure(args, result, git.remoteUrl);
    await git.run(args);
  });
}

function locked<T>(git: Git, work: () => Promise<T>): Promise<T> {
  return withFileLock(`${git.directory}.lock`, work, { waitMs: LOCK_WAIT_MS });
}

/**
 * A file, because git drops settings from the environment when it calls itself for a local upstream, and then refuses a
 * repository that is owned by somebody else.
 */
async function writeConfig(root: string): Promise<string> {
  const file = join(root, 'gitconfig');
  if (!existsSync(file)) {
    const draft = `${file}.${randomUUID()}`;
    await writeFile(draft, '[safe]\n\tdirectory = *\n');
    await rename(draft, file);
  }
  return file;
}

/** A fetch that was killed leaves git's own lock files. We hold the lock on all fetches, so nobody is using them. */
async function removeStaleLocks(git: Git, stderr: string): Promise<boolean> {
  const named = [...stderr.matchAll(/Unable to create '([^']+\.lock)': File exists/g)].map(([, file]) => resolve(git.directory, file ?? ''));
  const ours = named.filter((file) => file.startsWith(git.directory + sep));
  await Promise.all(ours.map((file) => rm(file, { force: true })));
  return ours.length > 0;
}

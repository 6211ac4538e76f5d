import { SlipwayError } from '@slipway/kernel';
import type { Git, GitResult } from './git.js';
import { tailOf } from './git-failure.js';
import { assertFullRef } from './ref-name.js';
import { withoutCredentials } from './repository-url.js';

/**
 * Makes a new ref at the upstream. There already with the same commit: nothing to do. Throws GIT_PUSH_REFUSED with git's
 * reason: the ref is another commit already, a hook or a right said no.
 */
export async function publishNew(git: Git, sha: string, ref: string): Promise<void> {
  assertFullRef(ref);
  const before = await upstreamRef(git, ref);
  if (before === sha) return;
  if (before !== undefined) throw refused(ref, `it is ${before} already`);
  // An empty lease: the ref must not exist. Without it, git would let an older commit be moved forward.
  const result = await push(git, [`--force-with-lease=${ref}:`], sha, ref);
  if (result.code === 0 || (await upstreamRef(git, ref)) === sha) return;
  throw refused(ref, reasonOf(result));
}

/** Whether the branch went forward; `false` if somebody else was faster. Throws GIT_PUSH_REFUSED for any other reason. */
export async function pushForward(git: Git, sha: string, ref: string): Promise<boolean> {
  const result = await push(git, [], sha, ref);
  if (result.code === 0) return true;
  if (/^!.*(\[rejected\]|cannot lock ref|failed to update ref)/m.test(result.stdout)) return false;
  throw refused(ref, reasonOf(result));
}

export function refused(ref: string, why: string): SlipwayError {
  return new SlipwayError('GIT_PUSH_REFUSED', withoutCredentials(`${ref} was not pushed: ${why}`));
}

async function push(git: Git, options: readonly string[], sha: string, ref: string): Promise<GitResult> {
  return git.run(['push', '--porcelain', ...options, 'upstream', `${sha}:${ref}`], { accept: [0, 1, 128] });
}

async function upstreamRef(git: Git, ref: string): Promise<string | undefined> {
  // The pattern matches the end of a name: other refs may be among the answers.
  const lines = (await git.text(['ls-remote', '--refs', 'upstream', ref])).split('\n');
  return lines.map((line) => line.split('\t')).find(([, name]) => name === ref)?.[0];
}

/** git names the reason after the ref, and what the other side's hook printed before it. */
function reasonOf({ stdout, stderr }: GitResult): string {
  const rejection = stdout.split('\n').find((line) => line.startsWith('!'))?.split('\t').at(-1);
  const said = stderr.split('\n').filter((line) => line.startsWith('remote: ')).map((line) => line.slice('remote: '.length));
  return [rejection, tailOf(said.join('\n'))].filter((part) => part).join(': ') || tailOf(stderr);
}

import { SlipwayError } from '@slipway/kernel';
import { closeNames } from './close-names.js';
import type { Git } from './git.js';
import { isFullCommit, isRefName } from './ref-name.js';

const ABBREVIATION = /^[0-9a-f]{4,63}$/i;

interface Attempt {
  /** In words, for the message. */
  readonly what: string;
  readonly expression: string;
}

/**
 * The full commit id of `HEAD` (the mainline's tip), a branch, a tag or a commit, in this order; of a full commit id itself
 * first. Throws REF_NOT_FOUND with what was tried and what may have been meant.
 */
export async function resolveRef(git: Git, ref: string, mainline: string): Promise<string> {
  if (!isRefName(ref)) {
    throw new SlipwayError('REF_NOT_FOUND', `${JSON.stringify(ref)} is not the name of a branch, a tag or a commit`);
  }
  const attempts = attemptsFor(ref, mainline);
  for (const { expression } of attempts) {
    const commit = await commitOf(git, expression);
    if (commit !== undefined) return commit;
  }
  throw await notFound(git, ref === 'HEAD' ? mainline : ref, attempts);
}

/** The commit that the expression stands for; `undefined` if there is none. */
export async function commitOf(git: Git, expression: string): Promise<string | undefined> {
  // 128: there is such a thing, but it is no commit (a tag of a tree, an ambiguous abbreviation).
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${expression}^{commit}`];
  const { code, stdout } = await git.run(args, { accept: [0, 1, 128] });
  return code === 0 ? stdout.trim() : undefined;
}

function attemptsFor(ref: string, mainline: string): Attempt[] {
  if (ref === 'HEAD') return [{ what: `the mainline ${mainline}`, expression: `refs/heads/${mainline}` }];
  if (isFullCommit(ref)) return [{ what: 'a commit', expression: ref }];
  if (ref.startsWith('refs/')) return [{ what: 'a ref', expression: ref }];
  const attempts = [
    { what: 'a branch', expression: `refs/heads/${ref}` },
    { what: 'a tag', expression: `refs/tags/${ref}` },
  ];
  return ABBREVIATION.test(ref) ? [...attempts, { what: 'an abbreviated commit', expression: ref }] : attempts;
}

async function notFound(git: Git, ref: string, attempts: readonly Attempt[]): Promise<SlipwayError> {
  const tried = `there is no ${ref}: tried ${attempts.map(({ what }) => what).join(', ')}`;
  const hint = (await ambiguous(git, ref)) ?? (await suggestion(git, ref));
  return new SlipwayError('REF_NOT_FOUND', hint === undefined ? tried : `${tried}; ${hint}`);
}

async function ambiguous(git: Git, ref: string): Promise<string | undefined> {
  if (!ABBREVIATION.test(ref)) return undefined;
  const objects = (await git.text(['rev-parse', `--disambiguate=${ref}`])).split('\n').filter((line) => line !== '');
  return objects.length > 1 ? `${objects.length} objects begin with ${ref}: give more digits` : undefined;
}

async function suggestion(git: Git, ref: string): Promise<string | undefined> {
  const names = await git.text(['for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads', 'refs/tags']);
  const close = closeNames(ref, [...new Set(names.split('\n'))].filter((name) => name !== ''));
  return close.length > 0 ? `close to it: ${close.join(', ')}` : undefined;
}

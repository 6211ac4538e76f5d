import { SlipwayError } from '@slipway/kernel';
import { withFileLock } from '@slipway/process-runner';
import type { Git } from './git.js';
import { fetchAll, openRepository } from './open-repository.js';
import { pushForward, refused } from './push.js';
import { isRefName } from './ref-name.js';
import { commitOf } from './resolve-ref.js';
import { assertPathInside, findFile, treeWith } from './tree-file.js';

export interface CommitFile {
  /** https, ssh, scp-like or a local path. */
  readonly url: string;
  /** Must exist. */
  readonly branch: string;
  /** Path in the repository, with slashes. Missing folders are made. */
  readonly path: string;
  /** The new content; called again with what somebody else pushed meanwhile. `undefined`: there is no such file yet. */
  readonly content: (previous: string | undefined) => string;
  readonly message: string;
  /** `Name <mail>`. */
  readonly author: string;
  /** Where the mirrors of such repositories are kept. */
  readonly workRoot: string;
}

export interface CommittedFile {
  readonly commit: string;
  /** `false`: the file had this content already, and `commit` is the branch's tip. */
  readonly changed: boolean;
}

const TRIES = 3;

/**
 * Commits one file to a branch and pushes it. Nothing is checked out: the file is put into git's tree, so there is no link
 * to follow and no folder to escape from. Who pushes in between is neither overwritten nor an error: we try again on top.
 * Throws REF_NOT_FOUND (no such branch), PATH_OUTSIDE_CHECKOUT, GIT_PUSH_REFUSED, REPOSITORY_UNREACHABLE, INVALID_COMMAND.
 */
export async function commitFile(request: CommitFile): Promise<CommittedFile> {
  const author = parseAuthor(request.author);
  assertPathInside(request.path);
  const git = await openRepository(request.workRoot, request.url);
  // Our own callers queue, so that only strangers can be faster than we are.
  return withFileLock(`${git.directory}.commit.lock`, async () => {
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      await fetchAll(git);
      const done = await commitAndPush(git, request, author);
      if (done !== undefined) return done;
    }
    throw refused(request.branch, `others were faster ${TRIES} times`);
  });
}

/** `undefined`: somebody else pushed in between. */
async function commitAndPush(git: Git, request: CommitFile, author: Record<string, string>): Promise<CommittedFile | undefined> {
  const branch = `refs/heads/${request.branch}`;
  const base = isRefName(branch) ? await commitOf(git, branch) : undefined;
  if (base === undefined) throw new SlipwayError('REF_NOT_FOUND', `there is no branch ${JSON.stringify(request.branch)}`);

  const file = await findFile(git, base, request.path);
  const content = request.content(file?.content);
  if (content === file?.content) return { commit: base, changed: false };

  const tree = await treeWith(git, base, { path: request.path, mode: file?.mode ?? '100644', content });
  const commit = await git.text(['commit-tree', tree, '-p', base, '-F', '-'], { input: request.message, environment: author });
  return (await pushForward(git, commit, branch)) ? { commit, changed: true } : undefined;
}

function parseAuthor(author: string): Record<string, string> {
  const [, name, mail] = /^([^<>\n]+) <([^<>\s]+)>$/.exec(author) ?? [];
  if (name === undefined || mail === undefined) throw new SlipwayError('INVALID_COMMAND', 'author must be `Name <mail>`');
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: mail };
}

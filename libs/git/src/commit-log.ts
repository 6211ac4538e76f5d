import { SlipwayError } from '@slipway/kernel';
import type { Git } from './git.js';
import { assertFullCommit } from './ref-name.js';
import { commitOf } from './resolve-ref.js';

export interface CommitInfo {
  readonly sha: string;
  /** `Name <mail>`. */
  readonly author: string;
  readonly subject: string;
  /** ISO 8601, in UTC. */
  readonly committedAt: string;
}

export interface CommitLog {
  /** Newest first. */
  readonly commits: readonly CommitInfo[];
  /** How many there are without the limit. */
  readonly total: number;
}

/** Throws REF_NOT_FOUND unless the repository holds this commit, given by its full id. */
export async function assertCommit(git: Git, sha: string): Promise<void> {
  assertFullCommit(sha);
  if ((await commitOf(git, sha)) === undefined) throw new SlipwayError('REF_NOT_FOUND', `there is no commit ${sha}`);
}

export async function commitInfo(git: Git, sha: string): Promise<CommitInfo> {
  await assertCommit(git, sha);
  const [commit] = await list(git, ['--max-count=1', sha]);
  if (commit === undefined) throw new SlipwayError('GIT_FAILED', `git log says nothing about ${sha}`);
  return commit;
}

/** The commits that `to` has and `from` has not; `from` of null: all the history of `to`. */
export async function commitLog(git: Git, from: string | null, to: string, limit: number): Promise<CommitLog> {
  await assertCommit(git, to);
  if (from !== null) await assertCommit(git, from);
  const range = from === null ? to : `${from}..${to}`;
  const total = Number(await git.text(['rev-list', '--count', range]));
  return { commits: await list(git, [`--max-count=${limit}`, range]), total };
}

async function list(git: Git, which: readonly string[]): Promise<CommitInfo[]> {
  const output = await git.text(['log', '-z', '--no-show-signature', '--format=%H%x1f%an <%ae>%x1f%ct%x1f%s', ...which]);
  return output.split('\0').filter((record) => record !== '').map(parse);
}

function parse(record: string): CommitInfo {
  const [sha = '', author = '', seconds = '', ...subject] = record.split('\x1f');
  return { sha, author, subject: subject.join('\x1f'), committedAt: new Date(Number(seconds) * 1_000).toISOString() };
}

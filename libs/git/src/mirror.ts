import { cherryPick, type CherryPick, type CherryPicked } from './cherry-pick.js';
import { assertCommit, commitInfo, type CommitInfo, commitLog, type CommitLog } from './commit-log.js';
import type { Git } from './git.js';
import { fetchAll, openRepository } from './open-repository.js';
import { publishNew } from './push.js';
import { isFullCommit } from './ref-name.js';
import { commitOf, resolveRef } from './resolve-ref.js';
import { type Checkout, exportCommit } from './worktree.js';

/**
 * A bare copy of one repository on our disk, to be asked as often as one likes. It knows what the last `fetch` brought.
 * All methods throw REPOSITORY_UNREACHABLE or GIT_FAILED beside what is said for each.
 */
export class Mirror {
  private constructor(private readonly git: Git) {}

  /** `url`: https, ssh, scp-like or a local path. Opens or makes the copy; asks the upstream for nothing. */
  static async open(rootDirectory: string, url: string): Promise<Mirror> {
    return new Mirror(await openRepository(rootDirectory, url));
  }

  /** Takes over the upstream's heads, tags and refs/slipway. */
  fetch(): Promise<void> {
    return fetchAll(this.git);
  }

  /** Full commit id of HEAD (the mainline's tip), a branch, a tag, or a commit, also abbreviated. Throws REF_NOT_FOUND. */
  resolve(ref: string, mainline: string): Promise<string> {
    return resolveRef(this.git, ref, mainline);
  }

  async has(sha: string): Promise<boolean> {
    return isFullCommit(sha) && (await commitOf(this.git, sha)) !== undefined;
  }

  /** Throws REF_NOT_FOUND. */
  commit(sha: string): Promise<CommitInfo> {
    return commitInfo(this.git, sha);
  }

  /** What `to` has beyond `from`, at most `limit` of it; `from` of null: all the history. Throws REF_NOT_FOUND. */
  log(from: string | null, to: string, limit: number): Promise<CommitLog> {
    return commitLog(this.git, from, to, limit);
  }

  /** Makes the picked commits in the mirror, without a ref: `publish` the result. Throws CHERRY_PICK_CONFLICT, CHERRY_PICK_EMPTY, REF_NOT_FOUND. */
  cherryPick(request: CherryPick): Promise<CherryPicked> {
    return cherryPick(this.git, request);
  }

  /** Makes a new ref at the upstream; nothing to do if it is this commit already. Throws GIT_PUSH_REFUSED, REF_NOT_FOUND. */
  async publish(sha: string, ref: string): Promise<void> {
    await assertCommit(this.git, sha);
    await publishNew(this.git, sha, ref);
  }

  /** Puts the commit's files into a folder that is absent or empty. Throws REF_NOT_FOUND. */
  async checkout(sha: string, directory: string): Promise<Checkout> {
    await assertCommit(this.git, sha);
    return exportCommit(this.git, sha, directory);
  }
}

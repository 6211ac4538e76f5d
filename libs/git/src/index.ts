export type { CherryPick, CherryPicked } from './cherry-pick.js';
export { commitFile, type CommitFile, type CommittedFile } from './commit-file.js';
export type { CommitInfo, CommitLog } from './commit-log.js';
export { Mirror } from './mirror.js';
export { withoutCredentials } from './repository-url.js';
export type { Checkout } from './worktree.js';

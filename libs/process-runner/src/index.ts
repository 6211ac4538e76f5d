export { type LockOptions, withFileLock } from './file-lock.js';
export { killOrphans } from './kill-orphans.js';
export { runCommand } from './run-command.js';
export type { RunOutcome, RunResult, RunSpec } from './run-spec.js';

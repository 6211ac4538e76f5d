export { endProcesses } from './end-processes.js';
export { type LockOptions, withFileLock } from './file-lock.js';
export { findProcesses, RUN_ID_VARIABLE, type RunMark } from './find-processes.js';
export { type Confinement, type Isolation, openIsolation, SANDBOX_MODES, type SandboxMode } from './isolation.js';
export { killOrphans } from './kill-orphans.js';
export { identify, isAlive, type ProcessIdentity } from './process-identity.js';
export { runCommand } from './run-command.js';
export { RUN_LIMITS, type RunLimits } from './run-limits.js';
export type { OutputFilter, RunOutcome, RunResult, RunSpec } from './run-spec.js';

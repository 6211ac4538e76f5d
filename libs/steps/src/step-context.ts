import type { ArtifactStore } from '@slipway/artifact-store';
import type { DeploymentSpec } from '@slipway/deployment/contract';
import type { Isolation } from '@slipway/process-runner';
import type { SecretMask } from './mask/secret-mask.js';
import type { SecretSource } from './secrets/secrets.js';

/** What a step works with, beside what it says itself. All paths are absolute. */
export interface StepContext {
  readonly spec: DeploymentSpec;
  readonly artifacts: ArtifactStore;
  readonly secrets: SecretSource;
  /** Hides the secrets in play. The step adds its own as soon as it has read them. */
  readonly mask: SecretMask;
  /** What the step's command prints is appended here. Its folder must exist. */
  readonly logFile: string;
  /** Marks the processes of this attempt, for `killOrphans` after a crash. */
  readonly runId: string;
  /** What keeps a `run` step's command apart from the service and the machine. */
  readonly isolation: Isolation;
  /** Ends the step: `runStep` throws the signal's reason. */
  readonly signal: AbortSignal;
  /** An existing folder of this attempt's own. */
  readonly workDirectory: string;
  /** Where mirrors of environments repositories are kept from one deployment to the next. */
  readonly repositories: string;
}

/** Facts for the log: which commit was pushed, which answer came. Never a secret. */
export interface StepResult {
  readonly output: Readonly<Record<string, string>>;
}

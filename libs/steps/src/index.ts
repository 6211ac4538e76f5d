export { SecretMask } from './mask/secret-mask.js';
export type { Isolation } from '@slipway/process-runner';
export { runStep } from './run-step.js';
export { EnvironmentSecrets } from './secrets/env.secrets.js';
export { FileSecrets } from './secrets/file.secrets.js';
export { Secrets, type SecretSource } from './secrets/secrets.js';
export { VaultSecrets, type VaultSettings } from './secrets/vault.secrets.js';
export type { StepContext, StepResult } from './step-context.js';

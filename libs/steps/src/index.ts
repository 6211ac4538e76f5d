export type { Isolation } from '@slipway/process-runner';
export { runStep } from './run-step.js';
export { LocalSecrets, type SecretSource } from './secrets.js';
export type { StepContext, StepResult } from './step-context.js';

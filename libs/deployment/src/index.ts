export * from './contract.js';
export type { AdmitRollback, CancelDeployment, DenyRollback, RequestDeployment } from './reactor.commands.js';
export { type TargetCommand, targetDecider } from './target.decider.js';
export type { Hold, QueuedDeployment, RunningDeployment, Success, TargetState } from './target.state.js';
export { expandStep } from './template.js';
export { nextWork, type Work } from './work.js';
export type { ErrorDeployment, FailStep, StartDeployment, StartStep, SucceedStep } from './worker.commands.js';

export * from './contract.js';
export { type BuildCommand, buildDecider, type RequestBuildCommand } from './build.decider.js';
export type { BuildState } from './build.state.js';
export { nextWork, type Work } from './work.js';
export type { ErrorBuild, FailBuild, StartBuild, SucceedBuild } from './worker.commands.js';

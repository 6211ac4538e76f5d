export { RequestBuild } from './build.commands.js';
export {
  type BuildErrored,
  type BuildEvent,
  type BuildFailed,
  type BuildRequested,
  type BuildStarted,
  buildStream,
  type BuildSubject,
  type BuildSucceeded,
} from './build.events.js';
export { type BuilderAnswer, ShowBuilder } from './build.queries.js';
export { Component, longestBuildSeconds, Recipe, RECIPE_DEFAULTS } from './recipe.js';
export type { Artifact, ArtifactDescriptor, Snapshot, SnapshotComponent } from './snapshot.js';

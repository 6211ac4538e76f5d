export { RegisterApplication } from './application.commands.js';
export { type ApplicationChanged, type ApplicationEvent, type ApplicationRegistered, type ApplicationSpec, applicationStream } from './application.events.js';
export { CherryPick, CutCandidate } from './candidate.commands.js';
export { type CandidateCut, type CandidateEvent, type CandidateOrigin, candidateStream, type Commit } from './candidate.events.js';
export { CancelRelease, RequestRelease } from './release.commands.js';
export {
  type ReleaseCancelled,
  type ReleaseCompleted,
  type ReleaseDenied,
  type ReleaseDeployed,
  type ReleaseErrored,
  type ReleaseEvent,
  type ReleaseFailed,
  type ReleaseRequested,
  releaseStream,
} from './release.events.js';
export { WriteReleasePlan } from './release-plan.commands.js';
export { type ReleasePlanEvent, type ReleasePlanSpec, releasePlanStream, type ReleasePlanWritten } from './release-plan.events.js';

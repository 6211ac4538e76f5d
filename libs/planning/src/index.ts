export * from './contract.js';
export { type ApplicationCommand, applicationDecider, type ApplicationState } from './application.decider.js';
export {
  type Candidate,
  type CandidateCommand,
  candidateDecider,
  candidateNamed,
  type CandidateState,
  type CutFacts,
  nextCandidate,
  type PickFacts,
} from './candidate.decider.js';
export {
  type DeploymentOutcome,
  type RecordDeployed,
  type RecordDenied,
  type RecordErrored,
  type RecordFailed,
  type ReleaseCommand,
  releaseDecider,
  type ReleaseState,
  type RequestFacts,
} from './release.decider.js';
export { releaseName } from './release-name.js';
export { type ReleasePlanCommand, releasePlanDecider, type ReleasePlanState } from './release-plan.decider.js';

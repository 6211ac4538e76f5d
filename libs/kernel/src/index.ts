export { type Actor, isPerson, parseActor } from './actor.js';
export { canonicalJson } from './canonical-json.js';
export { type Command, type Decider, type DomainEvent, fold, never } from './decider.js';
export { codeOf, type ErrorCode, type ErrorKind, ERRORS, fromProblem, type Problem, type Reason, SlipwayError, toProblem } from './errors.js';
export {
  CANDIDATE_FORM,
  DIGEST_FORM,
  IsCandidateName,
  IsName,
  IsQualifiedName,
  IsTargetName,
  IsVersion,
  IsWorkspace,
  NAME_FORM,
  QUALIFIED_NAME_FORM,
  splitName,
  TARGET_FORM,
  VERSION_FORM,
  WORKSPACE_FORM,
} from './names.js';
export { factGroup, GROUPS, REACTS_TO, reactorGroup, type StreamOwner, streamOf, type StreamPrefix, STREAMS } from './streams.js';
export { IsVariables } from './variables.js';
export { validated } from './validate.js';
export { type CommandAnswer, POSITION_FORM, Query, type QueryAnswer } from './query.js';

export { GrantException, RevokeException } from './exception.commands.js';
export { type Exception, type ExceptionEvent, type ExceptionGranted, type ExceptionRevoked, exceptionStream } from './exception.events.js';
export { DeclareFreeze, LiftFreeze } from './freeze.commands.js';
export { type Freeze, type FreezeDeclared, type FreezeEvent, type FreezeLifted, freezeStream } from './freeze.events.js';
export { ApprovalGate, FreezeGate, type Gate, PolicyGate, PolicyRule, UpstreamVerifiedGate } from './gate.js';
export { KeyTrust, ProvenanceTrust, TrustedKey, VerificationTrust } from './provenance-trust.js';
export { AdmittedEnvironment, WriteReleasePlanAdmission } from './release-plan-admission.commands.js';
export {
  type ReleasePlanAdmissionEvent,
  type ReleasePlanAdmissionSpec,
  releasePlanAdmissionStream,
  type ReleasePlanAdmissionWritten,
  type ReleasePlanMatched,
  type ReleasePlanUnmatched,
} from './release-plan-admission.events.js';
export { ApproveRelease, PromoteRelease, RejectRelease } from './review.commands.js';
export {
  type ApprovalGiven,
  type EnvironmentEntered,
  type EnvironmentVerified,
  type GateOutcome,
  type MatchAwaited,
  type PromotionRequested,
  type ReleaseMatched,
  type ReviewAdmitted,
  type ReviewClosed,
  type ReviewDenied,
  type ReviewedThing,
  type ReviewEvent,
  type ReviewHeld,
  type ReviewOpened,
  reviewStream,
  type ReviewSubject,
} from './review.events.js';

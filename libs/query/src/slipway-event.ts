import type { ExceptionEvent, FreezeEvent, ReleasePlanAdmissionEvent, ReviewEvent } from '@slipway/admission/contract';
import type { BuildEvent } from '@slipway/build/contract';
import type { TargetEvent } from '@slipway/deployment/contract';
import type { ApplicationEvent, CandidateEvent, ReleaseEvent, ReleasePlanEvent } from '@slipway/planning/contract';

export type PlanningEvent = ApplicationEvent | CandidateEvent | ReleasePlanEvent | ReleaseEvent;
export type AdmissionEvent = ReleasePlanAdmissionEvent | ReviewEvent | FreezeEvent | ExceptionEvent;

/** Every fact that the log can hold, of all contexts. */
export type SlipwayEvent = PlanningEvent | BuildEvent | AdmissionEvent | TargetEvent;

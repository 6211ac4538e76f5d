import { AdmissionProjection } from './admission.projection.js';
import { ApplicationProjection } from './application.projection.js';
import { CandidateProjection } from './candidate.projection.js';
import { DeploymentProjection } from './deployment.projection.js';
import { FreezeProjection } from './freeze.projection.js';
import { PlanProjection } from './plan.projection.js';
import { ReleaseProjection } from './release.projection.js';
import { TargetProjection } from './target.projection.js';
import { TimelineProjection } from './timeline.projection.js';

/** All views of operators. Each writes its own tables only; readers may join them. */
export const PROJECTIONS = [
  ApplicationProjection,
  PlanProjection,
  AdmissionProjection,
  FreezeProjection,
  CandidateProjection,
  ReleaseProjection,
  TimelineProjection,
  TargetProjection,
  DeploymentProjection,
];

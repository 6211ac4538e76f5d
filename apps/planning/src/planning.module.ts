import { Module } from '@nestjs/common';
import { REACTS_TO } from '@slipway/kernel';
import { reactors } from '@slipway/service-kit';
import { ApplicationController } from './application.controller.js';
import { Applications } from './applications.js';
import { CandidateController } from './candidate.controller.js';
import { Candidates } from './candidates.js';
import { Mirrors } from './mirrors.js';
import { PrivateWords } from './private-words.js';
import { ReleaseController } from './release.controller.js';
import { ReleasePlanController } from './release-plan.controller.js';
import { ReleasePlans } from './release-plans.js';
import { Releases } from './releases.js';
import { Snapshots } from './snapshots.js';
import { WhenDeploymentErrored } from './when-deployment-errored.reactor.js';
import { WhenDeploymentFailed } from './when-deployment-failed.reactor.js';
import { WhenDeploymentSucceeded } from './when-deployment-succeeded.reactor.js';
import { WhenReviewDenied } from './when-review-denied.reactor.js';

@Module({
  controllers: [ApplicationController, ReleasePlanController, CandidateController, ReleaseController],
  providers: [
    Applications,
    ReleasePlans,
    Candidates,
    Releases,
    Mirrors,
    PrivateWords,
    Snapshots,
    ...reactors(REACTS_TO.planning, [WhenReviewDenied, WhenDeploymentSucceeded, WhenDeploymentFailed, WhenDeploymentErrored]),
  ],
})
export class PlanningModule {}

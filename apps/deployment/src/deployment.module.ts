import { Module } from '@nestjs/common';
import { REACTS_TO } from '@slipway/kernel';
import { isolation, projections, reactors, rebuildController } from '@slipway/service-kit';
import { DeploymentConfig } from './deployment.config.js';
import { DeploymentRunner } from './deployment.runner.js';
import { DeploymentWorker } from './deployment.worker.js';
import { OpenTargets } from './open-targets.js';
import { OpenTargetsProjection } from './open-targets.projection.js';
import { ReleaseLog } from './release-log.js';
import { StepRunner } from './step.runner.js';
import { TargetController } from './target.controller.js';
import { Targets } from './targets.js';
import { WhenReleaseCancelled } from './when-release-cancelled.reactor.js';
import { WhenReviewAdmitted } from './when-review-admitted.reactor.js';
import { WhenReviewDenied } from './when-review-denied.reactor.js';
import { WorkRecorder } from './work-recorder.js';

@Module({
  controllers: [TargetController, rebuildController('deployment')],
  providers: [
    isolation(DeploymentConfig),
    Targets,
    ReleaseLog,
    OpenTargets,
    WorkRecorder,
    StepRunner,
    DeploymentRunner,
    DeploymentWorker,
    ...reactors(REACTS_TO.deployment, [WhenReviewAdmitted, WhenReviewDenied, WhenReleaseCancelled]),
    ...projections([OpenTargetsProjection]),
  ],
})
export class DeploymentModule {}

import { Module } from '@nestjs/common';
import { REACTS_TO } from '@slipway/kernel';
import { projections, reactors, rebuildController } from '@slipway/service-kit';
import { ArtifactProvenanceReader } from './artifact-provenance-reader.js';
import { Assessments } from './assessments.js';
import { Directory } from './directory.js';
import { DirectoryProjection } from './directory.projection.js';
import { ExceptionController } from './exception.controller.js';
import { Exceptions } from './exceptions.js';
import { FreezeController } from './freeze.controller.js';
import { Freezes } from './freezes.js';
import { Lookup } from './lookup.js';
import { OpenReviews } from './open-reviews.js';
import { OpenReviewsProjection } from './open-reviews.projection.js';
import { PlanMatching } from './plan-matching.js';
import { ProvenanceReader } from './provenance-reader.js';
import { ReleaseEnds } from './release-ends.js';
import { ReleasePlanAdmissionController } from './release-plan-admission.controller.js';
import { ReleasePlanAdmissions } from './release-plan-admissions.js';
import { ReviewClock } from './review-clock.js';
import { ReviewController } from './review.controller.js';
import { Reviews } from './reviews.js';
import { SigningKey } from './signing-key.js';
import { WhenDeploymentSucceeded } from './when-deployment-succeeded.reactor.js';
import { WhenExceptionChanged } from './when-exception-changed.reactor.js';
import { WhenFreezeChanged } from './when-freeze-changed.reactor.js';
import { WhenReleaseEnded } from './when-release-ended.reactor.js';
import { WhenReleasePlanAdmissionWritten } from './when-release-plan-admission-written.reactor.js';
import { WhenReleasePlanWritten } from './when-release-plan-written.reactor.js';
import { WhenReleaseRequested } from './when-release-requested.reactor.js';
import { WhenReviewDecided } from './when-review-decided.reactor.js';
import { WhenReviewMoved } from './when-review-moved.reactor.js';
import { WhenRollbackRequested } from './when-rollback-requested.reactor.js';

@Module({
  controllers: [ReleasePlanAdmissionController, ReviewController, FreezeController, ExceptionController, rebuildController('admission')],
  providers: [
    ReleasePlanAdmissions,
    PlanMatching,
    Reviews,
    Freezes,
    Exceptions,
    Lookup,
    Assessments,
    ReleaseEnds,
    Directory,
    OpenReviews,
    ReviewClock,
    SigningKey,
    { provide: ProvenanceReader, useClass: ArtifactProvenanceReader },
    ...projections([DirectoryProjection, OpenReviewsProjection]),
    ...reactors(REACTS_TO.admission, [
      WhenReleasePlanWritten,
      WhenReleasePlanAdmissionWritten,
      WhenReleaseRequested,
      WhenRollbackRequested,
      WhenReviewMoved,
      WhenReviewDecided,
      WhenDeploymentSucceeded,
      WhenReleaseEnded,
      WhenFreezeChanged,
      WhenExceptionChanged,
    ]),
  ],
})
export class AdmissionModule {}

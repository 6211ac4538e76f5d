import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  EnvironmentMatrix,
  ListAdmissions,
  ListApplications,
  ListCandidates,
  ListFreezes,
  ListPlans,
  ListReleases,
  ReleaseTimeline,
  ShowCandidate,
  TargetHistory,
  WaitingList,
} from '@slipway/query/contract';
import { OnQuery, Views } from '@slipway/service-kit';
import { listAdmissions } from './admission.projection.js';
import { listApplications } from './application.projection.js';
import { listCandidates, showCandidate } from './candidate.reader.js';
import { listFreezes } from './freeze.projection.js';
import { listPlans } from './plan.projection.js';
import { listReleases } from './release.reader.js';
import { environmentMatrix, targetHistory } from './target.reader.js';
import { releaseTimeline } from './timeline.projection.js';
import { waitingList } from './waiting.reader.js';

/** What operators ask. */
@Controller()
export class OperatorController {
  constructor(private readonly views: Views) {}

  @OnQuery(ListApplications)
  applications(@Payload() _query: ListApplications) {
    return listApplications(this.views.db);
  }

  @OnQuery(ListPlans)
  plans(@Payload() _query: ListPlans) {
    return listPlans(this.views.db);
  }

  @OnQuery(ListAdmissions)
  admissions(@Payload() _query: ListAdmissions) {
    return listAdmissions(this.views.db);
  }

  @OnQuery(ListFreezes)
  freezes(@Payload() _query: ListFreezes) {
    return listFreezes(this.views.db);
  }

  @OnQuery(ListCandidates)
  candidates(@Payload() query: ListCandidates) {
    return listCandidates(this.views.db, query);
  }

  @OnQuery(ShowCandidate)
  candidate(@Payload() query: ShowCandidate) {
    return showCandidate(this.views.db, query);
  }

  @OnQuery(ListReleases)
  releases(@Payload() query: ListReleases) {
    return listReleases(this.views.db, query);
  }

  @OnQuery(ReleaseTimeline)
  timeline(@Payload() query: ReleaseTimeline) {
    return releaseTimeline(this.views.db, query);
  }

  @OnQuery(EnvironmentMatrix)
  matrix(@Payload() query: EnvironmentMatrix) {
    return environmentMatrix(this.views.db, query);
  }

  @OnQuery(TargetHistory)
  history(@Payload() query: TargetHistory) {
    return targetHistory(this.views.db, query);
  }

  @OnQuery(WaitingList)
  waiting(@Payload() _query: WaitingList) {
    return waitingList(this.views.db);
  }
}

import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { sidesOf } from '@slipway/identity';
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
import { type Call, CurrentCall, demand, OnQuery, Views } from '@slipway/service-kit';
import { listAdmissions } from './admission.projection.js';
import { listApplications } from './application.projection.js';
import { listCandidates, showCandidate } from './candidate.reader.js';
import { listFreezes } from './freeze.projection.js';
import { listPlans } from './plan.projection.js';
import { listReleases } from './release.reader.js';
import { sidesOfApplication, sidesOfRelease, Sight } from './sight.js';
import { environmentMatrix, targetHistory } from './target.reader.js';
import { releaseTimeline } from './timeline.projection.js';
import { waitingList } from './waiting.reader.js';

/** What operators ask. Each is told what its workspaces see. */
@Controller()
export class OperatorController {
  constructor(private readonly views: Views) {}

  @OnQuery(ListApplications)
  applications(@Payload() _query: ListApplications, @CurrentCall() call: Call) {
    return listApplications(this.views.db).filter(this.sight(call).application);
  }

  @OnQuery(ListPlans)
  plans(@Payload() _query: ListPlans, @CurrentCall() call: Call) {
    return listPlans(this.views.db).filter(this.sight(call).plan);
  }

  @OnQuery(ListAdmissions)
  admissions(@Payload() _query: ListAdmissions, @CurrentCall() call: Call) {
    return listAdmissions(this.views.db).filter(this.sight(call).admission);
  }

  @OnQuery(ListFreezes)
  freezes(@Payload() _query: ListFreezes, @CurrentCall() call: Call) {
    return listFreezes(this.views.db).filter(this.sight(call).freeze);
  }

  @OnQuery(ListCandidates)
  candidates(@Payload() query: ListCandidates, @CurrentCall() call: Call) {
    return listCandidates(this.views.db, query).filter(this.sight(call).application);
  }

  @OnQuery(ShowCandidate)
  candidate(@Payload() query: ShowCandidate, @CurrentCall() call: Call) {
    demand(call, 'candidate.show', ...sidesOfApplication(this.views.db, query.application));
    return showCandidate(this.views.db, query);
  }

  @OnQuery(ListReleases)
  releases(@Payload() query: ListReleases, @CurrentCall() call: Call) {
    const sight = this.sight(call);
    return listReleases(this.views.db, query, sight.release).map(sight.tellRelease);
  }

  @OnQuery(ReleaseTimeline)
  timeline(@Payload() query: ReleaseTimeline, @CurrentCall() call: Call) {
    demand(call, 'release.show', ...sidesOfRelease(this.views.db, query.release));
    return releaseTimeline(this.views.db, query).map(this.sight(call).tellEntry(query.release));
  }

  @OnQuery(EnvironmentMatrix)
  matrix(@Payload() query: EnvironmentMatrix, @CurrentCall() call: Call) {
    const sight = this.sight(call);
    return environmentMatrix(this.views.db, query).filter(sight.target).map(sight.tellTarget);
  }

  @OnQuery(TargetHistory)
  history(@Payload() query: TargetHistory, @CurrentCall() call: Call) {
    demand(call, 'target.show', ...Object.values(sidesOf(query.target)));
    return targetHistory(this.views.db, query).map(this.sight(call).tellDeployment);
  }

  @OnQuery(WaitingList)
  waiting(@Payload() _query: WaitingList, @CurrentCall() call: Call) {
    const sight = this.sight(call);
    return waitingList(this.views.db).filter(sight.waiting).map(sight.tellWaiting);
  }

  private sight({ grants }: Call): Sight {
    return new Sight(this.views.db, grants);
  }
}

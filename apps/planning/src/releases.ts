import { Injectable } from '@nestjs/common';
import type { CommandAnswer } from '@slipway/kernel';
import { type CancelRelease, releaseDecider, releaseName, releaseStream, type RequestRelease } from '@slipway/planning';
import { type Call, CommandHandler } from '@slipway/service-kit';
import { Candidates } from './candidates.js';
import { type ReleasePlan, ReleasePlans } from './release-plans.js';
import { releaseToken } from './release-token.js';
import { Snapshots } from './snapshots.js';

@Injectable()
export class Releases {
  constructor(
    private readonly handler: CommandHandler,
    private readonly plans: ReleasePlans,
    private readonly candidates: Candidates,
    private readonly snapshots: Snapshots,
  ) {}

  /** Throws PLAN_NOT_FOUND, CANDIDATE_NOT_FOUND, SNAPSHOT_NOT_BUILT. */
  async request(command: RequestRelease, call: Call): Promise<CommandAnswer> {
    const plan = await this.plans.get(command.plan);
    const application = plan.spec.application;
    const release = await this.nameFor(command, plan, call);
    return this.handler.handle(releaseDecider, releaseStream(release), 'RequestRelease', command, call, async () => ({
      release,
      plan,
      candidate: await this.candidates.find(application, command.candidate),
      snapshot: await this.snapshots.of(application, command.candidate),
    }));
  }

  /** Throws RELEASE_NOT_FOUND, RELEASE_ENDED. */
  cancel(command: CancelRelease, call: Call): Promise<CommandAnswer> {
    return this.handler.handle(releaseDecider, releaseStream(command.release), 'CancelRelease', command, call);
  }

  /** A repeated request names the release that it named the first time, even if the plan speaks of another application by now. */
  private async nameFor({ candidate }: RequestRelease, { spec, applications }: ReleasePlan, { commandId }: Call): Promise<string> {
    const token = releaseToken(commandId);
    for (const application of applications.filter((each) => each !== spec.application)) {
      const name = releaseName(application, candidate, token);
      const { answered } = await this.handler.load(releaseDecider, releaseStream(name));
      if (answered.has(commandId)) return name;
    }
    return releaseName(spec.application, candidate, token);
  }
}

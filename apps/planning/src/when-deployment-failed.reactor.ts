import { Injectable } from '@nestjs/common';
import type { DeploymentFailed } from '@slipway/deployment/contract';
import type { RecordedEvent } from '@slipway/event-store';
import { releaseDecider, releaseStream } from '@slipway/planning';
import { type Call, CommandHandler, type Reactor } from '@slipway/service-kit';

/** The work ran and did not succeed: the release failed. A rollback that fails says nothing about the release it replays. */
@Injectable()
export class WhenDeploymentFailed implements Reactor<DeploymentFailed> {
  readonly on = ['DeploymentFailed'] as const;

  constructor(private readonly handler: CommandHandler) {}

  async handle({ data }: RecordedEvent<DeploymentFailed>, call: Call): Promise<void> {
    const { kind, release, environment, deployment, code, message } = data;
    if (kind !== 'release') return;
    await this.handler.handle(releaseDecider, releaseStream(release), 'RecordFailed', { release, environment, deployment, code, message }, call);
  }
}

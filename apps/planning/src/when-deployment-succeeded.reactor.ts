import { Injectable } from '@nestjs/common';
import type { DeploymentSucceeded } from '@slipway/deployment/contract';
import type { RecordedEvent } from '@slipway/event-store';
import { releaseDecider, releaseStream } from '@slipway/planning';
import { type Call, CommandHandler, type Reactor } from '@slipway/service-kit';

/** One more environment, and with the last one the end. A rollback names the release that it replays, which is over. */
@Injectable()
export class WhenDeploymentSucceeded implements Reactor<DeploymentSucceeded> {
  readonly on = ['DeploymentSucceeded'] as const;

  constructor(private readonly handler: CommandHandler) {}

  async handle({ data }: RecordedEvent<DeploymentSucceeded>, call: Call): Promise<void> {
    const { kind, release, environment, deployment, final } = data;
    if (kind !== 'release') return;
    await this.handler.handle(releaseDecider, releaseStream(release), 'RecordDeployed', { release, environment, deployment, final }, call);
  }
}

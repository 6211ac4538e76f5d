import { Injectable } from '@nestjs/common';
import type { DeploymentErrored } from '@slipway/deployment/contract';
import type { RecordedEvent } from '@slipway/event-store';
import { releaseDecider, releaseStream } from '@slipway/planning';
import { type Call, CommandHandler, type Reactor } from '@slipway/service-kit';

/** Slipway could not do its part: the release errored, which is not to say that it failed. */
@Injectable()
export class WhenDeploymentErrored implements Reactor<DeploymentErrored> {
  readonly on = ['DeploymentErrored'] as const;

  constructor(private readonly handler: CommandHandler) {}

  async handle({ data }: RecordedEvent<DeploymentErrored>, call: Call): Promise<void> {
    const { kind, release, environment, deployment, code, message } = data;
    if (kind !== 'release') return;
    await this.handler.handle(releaseDecider, releaseStream(release), 'RecordErrored', { release, environment, deployment, code, message }, call);
  }
}

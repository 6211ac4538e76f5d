import { Injectable } from '@nestjs/common';
import type { DeploymentFailed } from '@slipway/deployment/contract';
import type { RecordedEvent } from '@slipway/event-store';
import { releaseDecider, releaseStream } from '@slipway/planning';
import { type Call, CommandHandler, type Reactor } from '@slipway/service-kit';
import { PrivateWords } from './private-words.js';

/** The work ran and did not succeed: the release failed. A rollback that fails says nothing about the release it replays. */
@Injectable()
export class WhenDeploymentFailed implements Reactor<DeploymentFailed> {
  readonly on = ['DeploymentFailed'] as const;

  constructor(
    private readonly handler: CommandHandler,
    private readonly words: PrivateWords,
  ) {}

  async handle({ data }: RecordedEvent<DeploymentFailed>, call: Call): Promise<void> {
    const { kind, target, release, environment, deployment, code } = data;
    if (kind !== 'release') return;
    const message = await this.words.hiddenIn(data.message, target);
    await this.handler.handle(releaseDecider, releaseStream(release), 'RecordFailed', { release, environment, deployment, code, message }, call);
  }
}

import { Injectable } from '@nestjs/common';
import type { DeploymentErrored } from '@slipway/deployment/contract';
import type { RecordedEvent } from '@slipway/event-store';
import { releaseDecider, releaseStream } from '@slipway/planning';
import { type Call, CommandHandler, type Reactor } from '@slipway/service-kit';
import { PrivateWords } from './private-words.js';

/** Slipway could not do its part: the release errored, which is not to say that it failed. */
@Injectable()
export class WhenDeploymentErrored implements Reactor<DeploymentErrored> {
  readonly on = ['DeploymentErrored'] as const;

  constructor(
    private readonly handler: CommandHandler,
    private readonly words: PrivateWords,
  ) {}

  async handle({ data }: RecordedEvent<DeploymentErrored>, call: Call): Promise<void> {
    const { kind, target, release, environment, deployment, code } = data;
    if (kind !== 'release') return;
    const message = await this.words.hiddenIn(data.message, target);
    await this.handler.handle(releaseDecider, releaseStream(release), 'RecordErrored', { release, environment, deployment, code, message }, call);
  }
}

import { Injectable } from '@nestjs/common';
import { reviewDecider, reviewStream } from '@slipway/admission';
import type { RollbackRequested } from '@slipway/deployment/contract';
import type { RecordedEvent } from '@slipway/event-store';
import { splitName } from '@slipway/kernel';
import { type Call, CommandHandler, type Reactor } from '@slipway/service-kit';
import { Reviews } from './reviews.js';

/** Opens the rollback's review: the snapshot and steps of then, before the policy of today. */
@Injectable()
export class WhenRollbackRequested implements Reactor<RollbackRequested> {
  readonly on = ['RollbackRequested'] as const;

  constructor(
    private readonly handler: CommandHandler,
    private readonly reviews: Reviews,
  ) {}

  async handle({ data }: RecordedEvent<RollbackRequested>, call: Call): Promise<void> {
    const { release, target, deployment, application, candidate, snapshot, steps, pins, by } = data;
    const { workspace, name: admission } = splitName(pins.admission);
    await this.reviews.open(
      {
        subject: { kind: 'rollback', release, target, deployment },
        application,
        candidate,
        plan: pins.plan,
        planRevision: pins.planRevision,
        target: workspace,
        admission,
        snapshot,
        author: by,
        candidateAuthor: await this.candidateAuthor(release, by),
        steps,
      },
      call,
    );
  }

  private async candidateAuthor(release: string, otherwise: string): Promise<string> {
    const { thing } = (await this.handler.load(reviewDecider, reviewStream({ kind: 'release', release }))).state;
    return thing?.candidateAuthor ?? otherwise;
  }
}

import { Injectable } from '@nestjs/common';
import type { DeploymentSucceeded } from '@slipway/deployment/contract';
import type { RecordedEvent } from '@slipway/event-store';
import type { Call, Reactor } from '@slipway/service-kit';
import { Reviews } from './reviews.js';

/** A release's deployment verifies its environment, and cites the proof. A rollback's says nothing about any release's way. */
@Injectable()
export class WhenDeploymentSucceeded implements Reactor<DeploymentSucceeded> {
  readonly on = ['DeploymentSucceeded'] as const;

  constructor(private readonly reviews: Reviews) {}

  async handle({ stream, revision, recordedAt, data }: RecordedEvent<DeploymentSucceeded>, call: Call): Promise<void> {
    if (data.kind !== 'release') return;
    const { release, environment, snapshot } = data;
    await this.reviews.recordVerified(release, { environment, deployment: { stream, revision }, snapshotDigest: snapshot.digest, at: recordedAt }, call);
  }
}

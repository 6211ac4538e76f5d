import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { ArtifactStore } from '@slipway/artifact-store';
import { type DeploymentSpec, expandStep } from '@slipway/deployment';
import { ISOLATION, type Logger, LOGGER } from '@slipway/service-kit';
import { type Isolation, LocalSecrets, runStep, type StepResult } from '@slipway/steps';
import type { Attempt } from './attempt.js';
import { DeploymentConfig } from './deployment.config.js';

/** Makes attempts at steps, with this replica's folders, artifacts and secrets. */
@Injectable()
export class StepRunner {
  private readonly secrets: LocalSecrets;

  constructor(
    private readonly config: DeploymentConfig,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(ISOLATION) private readonly isolation: Isolation,
  ) {
    this.secrets = new LocalSecrets(process.env, config.SLIPWAY_SECRETS);
  }

  /** Hashes all bytes of the snapshot again. @throws SlipwayError ARTIFACT_NOT_FOUND, ARTIFACT_ALTERED */
  async verifyArtifacts({ snapshot }: DeploymentSpec): Promise<void> {
    const store = await this.artifacts();
    await store.verifySnapshot(snapshot.digest);
  }

  /** @throws what runStep throws. */
  async run(spec: DeploymentSpec, attempt: Attempt, signal: AbortSignal): Promise<StepResult> {
    await attempt.prepare();
    try {
      const result = await runStep(expandStep(attempt.step, spec), {
        spec,
        artifacts: await this.artifacts(),
        secrets: this.secrets,
        logFile: attempt.log,
        runId: attempt.runId,
        isolation: this.isolation,
        signal,
        workDirectory: attempt.folder,
        repositories: join(this.config.SLIPWAY_DATA, 'repositories'),
      });
      await attempt.note(`done ${JSON.stringify(result.output)}`);
      return result;
    } catch (error) {
      await attempt.note(signal.aborted ? 'broken off; it will be made again' : `not done: ${error instanceof Error ? error.message : String(error)}`);
      throw error;
    } finally {
      await this.remove(attempt.folder);
    }
  }

  private artifacts(): Promise<ArtifactStore> {
    return ArtifactStore.open(this.config.SLIPWAY_ARTIFACTS);
  }

  /** What can't be removed now costs disk space, not the outcome; the next start tries again. */
  private async remove(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true }).catch((error: unknown) => this.logger.error({ err: error, folder }, "an attempt's folder could not be removed"));
  }
}

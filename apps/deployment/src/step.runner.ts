import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { ArtifactStore } from '@slipway/artifact-store';
import { type DeploymentSpec, expandStep, type Step } from '@slipway/deployment';
import { ISOLATION, type Logger, LOGGER } from '@slipway/service-kit';
import { type Isolation, runStep, SecretMask, type SecretSource, type StepResult } from '@slipway/steps';
import type { Attempt } from './attempt.js';
import { DeploymentConfig } from './deployment.config.js';
import { secretsOf } from './secrets.js';

/** Makes attempts at steps, with this replica's folders, artifacts and secrets. */
@Injectable()
export class StepRunner {
  private readonly secrets: SecretSource;

  constructor(
    private readonly config: DeploymentConfig,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(ISOLATION) private readonly isolation: Isolation,
  ) {
    this.secrets = secretsOf(config, process.env);
  }

  /** Hashes all bytes of the snapshot again. @throws SlipwayError ARTIFACT_NOT_FOUND, ARTIFACT_ALTERED */
  async verifyArtifacts({ snapshot }: DeploymentSpec): Promise<void> {
    await this.artifacts().verifySnapshot(snapshot.digest);
  }

  /**
   * For all that a deployment's steps print and say, from the step `first` on. It knows the secrets of the steps before,
   * which another worker has made, as far as they can still be read.
   */
  async mask(spec: DeploymentSpec, first: number): Promise<SecretMask> {
    const mask = new SecretMask();
    for (const reference of spec.steps.slice(0, first).flatMap((step) => referencesOf(expandStep(step, spec)))) {
      try {
        mask.add([await this.secrets.read(reference)]);
      } catch (error) {
        this.logger.warn({ err: error, target: spec.target, deployment: spec.deployment, reference }, 'a secret of an earlier step is not known and can not be masked');
      }
    }
    return mask;
  }

  /** @throws what runStep throws. */
  async run(spec: DeploymentSpec, attempt: Attempt, mask: SecretMask, signal: AbortSignal): Promise<StepResult> {
    await attempt.prepare();
    try {
      const result = await runStep(expandStep(attempt.step, spec), {
        spec,
        artifacts: this.artifacts(),
        secrets: this.secrets,
        mask,
        logFile: attempt.log,
        runId: attempt.runId,
        isolation: this.isolation,
        signal,
        workDirectory: attempt.folder,
        repositories: join(this.config.SLIPWAY_DATA, 'repositories'),
      });
      await attempt.note(mask.text(`done ${JSON.stringify(result.output)}`));
      return result;
    } catch (error) {
      await attempt.note(signal.aborted ? 'broken off; it will be made again' : mask.text(`not done: ${error instanceof Error ? error.message : String(error)}`));
      throw error;
    } finally {
      await this.remove(attempt.folder);
    }
  }

  /** Only to be read: the folder may be mounted so. @throws SlipwayError ARTIFACT_NOT_FOUND */
  private artifacts(): ArtifactStore {
    return ArtifactStore.openExisting(this.config.SLIPWAY_ARTIFACTS);
  }

  /** What can't be removed now costs disk space, not the outcome; the next start tries again. */
  private async remove(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true }).catch((error: unknown) => this.logger.error({ err: error, folder }, "an attempt's folder could not be removed"));
  }
}

const referencesOf = (step: Step): string[] => (step.type === 'run' ? [...Object.values(step.secrets ?? {}), ...Object.values(step.secretFiles ?? {})] : []);

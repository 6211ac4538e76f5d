import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { ArtifactStore } from '@slipway/artifact-store';
import { Mirror } from '@slipway/git';
import { type Isolation, killOrphans } from '@slipway/process-runner';
import { ISOLATION, type Logger, LOGGER } from '@slipway/service-kit';
import { type Attempt, workRoot } from './attempt.js';
import { outcomeOf } from './attempt-failure.js';
import { BuildConfig } from './build.config.js';
import type { AttemptOutcome } from './builds.js';
import { collectComponent, type CollectedComponent } from './collect-component.js';
import { orAborted } from './or-aborted.js';
import { removeFolder } from './remove-folder.js';
import { type RecipeRules, runRecipe } from './run-recipe.js';
import { SigningKey } from './signing-key.js';
import { storeSnapshot } from './store-snapshot.js';

/** Makes an attempt: checks out, runs the recipes one after the other, stores what they made. */
@Injectable()
export class Builder {
  constructor(
    private readonly config: BuildConfig,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly key: SigningKey,
    @Inject(ISOLATION) private readonly isolation: Isolation,
  ) {}

  /** Never rejects. Undefined: `signal` aborted, so that there is no outcome. The attempt's folder is gone in any case. */
  async build(attempt: Attempt, signal: AbortSignal): Promise<AttemptOutcome | undefined> {
    const startedAt = new Date().toISOString();
    let current: string | undefined;
    try {
      await attempt.prepare();
      await this.checkOut(attempt, signal);
      const store = await ArtifactStore.open(this.config.SLIPWAY_ARTIFACTS);
      const components: CollectedComponent[] = [];
      for (const component of attempt.subject.components) {
        current = component.name;
        await runRecipe(component, attempt, this.rules, signal);
        // At once, before the next recipe can change what this one made.
        components.push(await collectComponent(store, component, attempt.checkout));
      }
      current = undefined;
      signal.throwIfAborted();
      const snapshot = await storeSnapshot(store, attempt, components, startedAt, this.key);
      return { type: 'SucceedBuild', data: { attempt: attempt.number, log: attempt.log, snapshot, startedAt } };
    } catch (error) {
      if (signal.aborted) return undefined;
      this.logger.info({ err: error, attempt: attempt.toString() }, 'a build did not succeed');
      return outcomeOf(error, current, attempt);
    } finally {
      await this.remove(attempt.folder);
    }
  }

  /**
   * What a crash of this replica left: processes that nobody supervises, and their folders. Nothing of the replica runs
   * yet, so all of it is from an earlier life.
   */
  async removeLeftovers(): Promise<void> {
    for (const name of await namesIn(workRoot(this.config.SLIPWAY_DATA))) {
      const folder = join(workRoot(this.config.SLIPWAY_DATA), name);
      const killed = await killOrphans(folder);
      await removeFolder(folder);
      this.logger.warn({ folder, killed }, 'removed what an attempt left when this service was killed');
    }
  }

  private get rules(): RecipeRules {
    return { isolation: this.isolation, network: this.config.SLIPWAY_BUILD_NETWORK ?? 'recipe' };
  }

  private async checkOut({ subject, checkout }: Attempt, signal: AbortSignal): Promise<void> {
    const mirror = await Mirror.open(join(this.config.SLIPWAY_DATA, 'mirrors'), subject.repository);
    if (!(await mirror.has(subject.commit))) await orAborted(mirror.fetch(), signal);
    await mirror.checkout(subject.commit, checkout);
  }

  /** What can't be removed now costs disk space, not the outcome; the next start tries again. */
  private async remove(folder: string): Promise<void> {
    try {
      await removeFolder(folder);
    } catch (error) {
      this.logger.error({ err: error, folder }, "an attempt's folder could not be removed");
    }
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

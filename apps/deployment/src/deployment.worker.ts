import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type Cause, type Logger, LOGGER, ownCall, WorkLoop } from '@slipway/service-kit';
import { workRoot } from './attempt.js';
import { DeploymentConfig } from './deployment.config.js';
import { DeploymentRunner } from './deployment.runner.js';
import { type OpenTarget, OpenTargets } from './open-targets.js';
import { type Taken, Targets } from './targets.js';

/** Before what could not be recorded is taken up again. */
const PAUSE_MS = 5_000;
/** Node's timers are not longer; a lease that is ends the day after. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Takes what is next at each target, and sees it through to its end. */
@Injectable()
export class DeploymentWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** Targets where a look found nothing to take, and at which change. */
  private readonly idle = new Map<string, string>();
  private readonly name: string;
  private readonly loop: WorkLoop<OpenTarget>;

  constructor(
    private readonly config: DeploymentConfig,
    private readonly open: OpenTargets,
    private readonly targets: Targets,
    private readonly runner: DeploymentRunner,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.name = config.SLIPWAY_INSTANCE ?? 'deployment';
    this.loop = new WorkLoop({
      list: () => open.list().filter((target) => this.isWorthALook(target)),
      key: ({ target }) => target,
      take: (target) => this.take(target),
      parallel: config.SLIPWAY_PARALLEL_DEPLOYMENTS ?? 4,
      logger,
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await rm(workRoot(this.config.SLIPWAY_DATA), { recursive: true, force: true });
    this.open.onChange(() => this.loop.wake());
    this.loop.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  /** Folding a stream costs: one that waits for a review or under a hold is not folded at every wake-up. */
  private isWorthALook({ target, changed, leaseUntil }: OpenTarget): boolean {
    const expired = leaseUntil !== null && Date.parse(leaseUntil) <= Date.now();
    return expired || this.idle.get(target) !== changed;
  }

  private async take({ target, changed }: OpenTarget): Promise<(() => Promise<void>) | undefined> {
    const at = new Date().toISOString();
    const next = await this.targets.nextWork(target, this.name, at);
    if (!next) {
      this.idle.set(target, changed);
      return undefined;
    }
    const cause = this.open.cause(target, next.spec.deployment);
    // The index is behind the log: it will wake us up when it knows on whose behalf this is done.
    if (!cause) return undefined;
    const taken = await this.targets.start(target, this.name, { ...ownCall('deployment', cause), at });
    return taken && (() => this.run(taken, cause));
  }

  /** Never rejects: whatever goes wrong is the outcome, or in the log. */
  private async run(taken: Taken, cause: Cause): Promise<void> {
    const { target, deployment, token } = taken;
    const signal = AbortSignal.any([this.loop.signal, endOf(taken.leaseUntil)]);
    this.logger.info({ target, deployment, token }, 'deployment started');
    try {
      await this.runner.run({ ...taken, cause, signal });
      this.logger.info({ target, deployment, token }, signal.aborted ? 'deployment left as it is' : 'deployment ended');
    } catch (error) {
      this.logger.error({ err: error, target, deployment, token }, 'a deployment could not be recorded; it will be taken up again');
      await this.pause();
    }
    this.idle.delete(target);
  }

  private async pause(): Promise<void> {
    await sleep(PAUSE_MS, undefined, { signal: this.loop.signal }).catch((error: unknown) => {
      if (!this.loop.signal.aborted) throw error;
    });
  }
}

/** Whoever holds a lease stops by himself when it ends: somebody else may be at work then. */
const endOf = (leaseUntil: string): AbortSignal => AbortSignal.timeout(Math.min(LONGEST_TIMER_MS, Math.max(0, Date.parse(leaseUntil) - Date.now())));

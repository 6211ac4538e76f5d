import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type Logger, LOGGER } from '@slipway/service-kit';
import { workRoot } from './attempt.js';
import { DeploymentConfig } from './deployment.config.js';
import { DeploymentRunner } from './deployment.runner.js';
import { type OpenTarget, OpenTargets } from './open-targets.js';
import { type Taken, Targets } from './targets.js';

/** The log says when something may start, but not when a lease runs out. */
const LOOK_AGAIN_MS = 5_000;
/** Node's timers are not longer; a lease that is ends the day after. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Takes what is next at each target, at as many targets at a time as it may, and sees each through to its end. */
@Injectable()
export class DeploymentWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** By target. What this process deploys now it must not take again: the stream can't tell it from its own earlier life. */
  private readonly running = new Map<string, Promise<void>>();
  /** Targets where a look found nothing to take, and at which change. */
  private readonly idle = new Map<string, string>();
  private readonly stopping = new AbortController();
  private readonly name: string;
  private readonly parallel: number;
  private looking: Promise<void> = Promise.resolve();
  private awake = false;
  private lookAgain = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: DeploymentConfig,
    private readonly open: OpenTargets,
    private readonly targets: Targets,
    private readonly runner: DeploymentRunner,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.name = config.SLIPWAY_INSTANCE ?? 'deployment';
    this.parallel = config.SLIPWAY_PARALLEL_DEPLOYMENTS ?? 4;
  }

  async onApplicationBootstrap(): Promise<void> {
    await rm(workRoot(this.config.SLIPWAY_DATA), { recursive: true, force: true });
    this.open.onChange(() => this.wake());
    this.timer = setInterval(() => this.wake(), LOOK_AGAIN_MS);
    this.wake();
  }

  /** Ends the processes of what runs. Nothing is recorded of it: its next life, or another replica after the lease, goes on. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort(new Error('the deployment service stops'));
    await this.looking;
    await Promise.all(this.running.values());
  }

  private wake(): void {
    this.lookAgain = true;
    if (this.awake || this.stopping.signal.aborted) return;
    this.awake = true;
    this.looking = this.look();
  }

  private async look(): Promise<void> {
    while (this.lookAgain) {
      this.lookAgain = false;
      for (const open of this.open.list()) {
        if (this.stopping.signal.aborted || this.running.size >= this.parallel) break;
        if (this.isWorthALook(open)) await this.take(open);
      }
    }
    this.awake = false;
  }

  /** Folding a stream costs: one that waits for a review or under a hold is not folded at every wake-up. */
  private isWorthALook({ target, changed, leaseUntil }: OpenTarget): boolean {
    if (this.running.has(target)) return false;
    const expired = leaseUntil !== null && Date.parse(leaseUntil) <= Date.now();
    return expired || this.idle.get(target) !== changed;
  }

  private async take({ target, changed }: OpenTarget): Promise<void> {
    try {
      const at = new Date().toISOString();
      const next = await this.targets.nextWork(target, this.name, at);
      if (!next) {
        this.idle.set(target, changed);
        return;
      }
      const commandId = randomUUID();
      const correlationId = this.open.correlationId(target, next.spec.deployment) ?? commandId;
      const taken = await this.targets.start(target, this.name, { commandId, actor: 'service:deployment', correlationId, at });
      if (taken) this.running.set(target, this.run(taken, correlationId));
    } catch (error) {
      // The timer looks again; until then the other targets get their turn.
      this.logger.error({ err: error, target }, 'a deployment could not be taken');
    }
  }

  /** Never rejects: whatever goes wrong is the outcome, or in the log. */
  private async run(taken: Taken, correlationId: string): Promise<void> {
    const { target, deployment, token } = taken;
    const signal = AbortSignal.any([this.stopping.signal, endOf(taken.leaseUntil)]);
    this.logger.info({ target, deployment, token }, 'deployment started');
    try {
      await this.runner.run({ ...taken, correlationId, signal });
      this.logger.info({ target, deployment, token }, signal.aborted ? 'deployment left as it is' : 'deployment ended');
    } catch (error) {
      this.logger.error({ err: error, target, deployment, token }, 'a deployment could not be recorded; it will be taken up again');
      await this.pause();
    }
    this.idle.delete(target);
    this.running.delete(target);
    this.wake();
  }

  private async pause(): Promise<void> {
    await sleep(LOOK_AGAIN_MS, undefined, { signal: this.stopping.signal }).catch((error: unknown) => {
      if (!this.stopping.signal.aborted) throw error;
    });
  }
}

/** Whoever holds a lease stops by himself when it ends: somebody else may be at work then. */
const endOf = (leaseUntil: string): AbortSignal => AbortSignal.timeout(Math.min(LONGEST_TIMER_MS, Math.max(0, Date.parse(leaseUntil) - Date.now())));

import { randomUUID } from 'node:crypto';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type Call, type Logger, LOGGER } from '@slipway/service-kit';
import { Attempt } from './attempt.js';
import { BuildConfig } from './build.config.js';
import { Builder } from './builder.js';
import { Builds } from './builds.js';
import { type OpenBuild, OpenBuilds } from './open-builds.js';
import { OutcomeRecorder } from './outcome-recorder.js';

/** The log says when a build is requested, but not when a lease runs out. */
const LOOK_AGAIN_MS = 5_000;

/** Takes open builds, as many at a time as it may, and sees each through to its outcome. */
@Injectable()
export class BuildWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** By stream. What this process builds now it must not take again: the stream can't tell it from its own earlier life. */
  private readonly running = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();
  private readonly name: string;
  private readonly parallel: number;
  private looking: Promise<void> = Promise.resolve();
  private awake = false;
  private lookAgain = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: BuildConfig,
    private readonly open: OpenBuilds,
    private readonly builds: Builds,
    private readonly builder: Builder,
    private readonly recorder: OutcomeRecorder,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.name = config.SLIPWAY_INSTANCE ?? 'build';
    this.parallel = config.SLIPWAY_PARALLEL_BUILDS ?? 1;
  }

  async onApplicationBootstrap(): Promise<void> {
    // Nobody else can be at work here: the service holds its data folder.
    await this.builder.removeLeftovers();
    this.open.onChange(() => this.wake());
    this.timer = setInterval(() => this.wake(), LOOK_AGAIN_MS);
    this.wake();
  }

  /** Ends what runs. Nothing is recorded of it: its next life, or another replica after the lease, builds it anew. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
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
    try {
      while (this.lookAgain) {
        this.lookAgain = false;
        for (const build of this.open.list()) {
          if (this.stopping.signal.aborted || this.running.size >= this.parallel) break;
          if (!this.running.has(build.stream)) await this.take(build);
        }
      }
    } catch (error) {
      this.logger.error({ err: error }, 'the open builds could not be read; looking again soon');
    } finally {
      this.awake = false;
    }
  }

  private async take(build: OpenBuild): Promise<void> {
    try {
      const number = await this.builds.start(build.stream, this.name, this.call(build));
      if (number === undefined) return;
      const attempt = new Attempt(this.config.SLIPWAY_DATA, build.subject, number);
      this.running.set(build.stream, this.run(build, attempt));
    } catch (error) {
      // The timer looks again; until then the other builds get their turn.
      this.logger.error({ err: error, stream: build.stream }, 'a build could not be taken');
    }
  }

  /** Never rejects: whatever goes wrong is the outcome, or in the log. */
  private async run(build: OpenBuild, attempt: Attempt): Promise<void> {
    this.logger.info({ stream: build.stream, attempt: attempt.number, log: attempt.log }, 'build started');
    try {
      const outcome = await this.builder.build(attempt, this.stopping.signal);
      if (outcome) await this.recorder.record(build.stream, outcome, this.call(build), this.stopping.signal);
    } catch (error) {
      this.logger.error({ err: error, stream: build.stream, attempt: attempt.number }, 'the outcome of a build was not recorded');
    }
    this.running.delete(build.stream);
    this.wake();
  }

  private call({ correlationId }: OpenBuild): Call {
    return { commandId: randomUUID(), actor: 'service:build', correlationId, at: new Date().toISOString() };
  }
}

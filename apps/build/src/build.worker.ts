import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type Call, type Logger, LOGGER, ownCall, WorkLoop } from '@slipway/service-kit';
import { Attempt } from './attempt.js';
import { BuildConfig } from './build.config.js';
import { Builder } from './builder.js';
import { Builds } from './builds.js';
import { type OpenBuild, OpenBuilds } from './open-builds.js';
import { OutcomeRecorder } from './outcome-recorder.js';

/** Sees each open build through to its outcome. */
@Injectable()
export class BuildWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly name: string;
  private readonly loop: WorkLoop<OpenBuild>;

  constructor(
    private readonly config: BuildConfig,
    private readonly open: OpenBuilds,
    private readonly builds: Builds,
    private readonly builder: Builder,
    private readonly recorder: OutcomeRecorder,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.name = config.SLIPWAY_INSTANCE ?? 'build';
    this.loop = new WorkLoop({ list: () => open.list(), key: (build) => build.stream, take: (build) => this.take(build), parallel: config.SLIPWAY_PARALLEL_BUILDS ?? 1, logger });
  }

  async onApplicationBootstrap(): Promise<void> {
    // Nobody else can be at work here: the service holds its data folder.
    await this.builder.removeLeftovers();
    this.open.onChange(() => this.loop.wake());
    this.loop.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  private async take(build: OpenBuild): Promise<(() => Promise<void>) | undefined> {
    const number = await this.builds.start(build.stream, this.name, this.call(build));
    return number === undefined ? undefined : () => this.run(build, new Attempt(this.config.SLIPWAY_DATA, build.subject, number));
  }

  /** Never rejects: whatever goes wrong is the outcome, or in the log. */
  private async run(build: OpenBuild, attempt: Attempt): Promise<void> {
    this.logger.info({ stream: build.stream, attempt: attempt.number, log: attempt.log }, 'build started');
    try {
      const outcome = await this.builder.build(attempt, this.loop.signal);
      if (outcome) await this.recorder.record(build.stream, outcome, this.call(build), this.loop.signal);
    } catch (error) {
      this.logger.error({ err: error, stream: build.stream, attempt: attempt.number }, 'the outcome of a build was not recorded');
    }
  }

  private call({ cause }: OpenBuild): Call {
    return ownCall('build', cause);
  }
}

import { Module } from '@nestjs/common';
import { REACTS_TO } from '@slipway/kernel';
import { isolation, projections, reactors, rebuildController } from '@slipway/service-kit';
import { BuildConfig } from './build.config.js';
import { BuildController } from './build.controller.js';
import { BuildWorker } from './build.worker.js';
import { Builder } from './builder.js';
import { Builds } from './builds.js';
import { Candidates } from './candidates.js';
import { OpenBuildsProjection } from './open-builds.projection.js';
import { OpenBuilds } from './open-builds.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { SigningKey } from './signing-key.js';
import { WhenCandidateCut } from './when-candidate-cut.reactor.js';

@Module({
  controllers: [BuildController, rebuildController('build')],
  providers: [
    isolation(BuildConfig),
    Candidates,
    Builds,
    Builder,
    SigningKey,
    OpenBuilds,
    OutcomeRecorder,
    BuildWorker,
    ...reactors(REACTS_TO.build, [WhenCandidateCut]),
    ...projections([OpenBuildsProjection]),
  ],
})
export class BuildModule {}

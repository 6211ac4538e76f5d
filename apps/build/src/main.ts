import { STREAMS } from '@slipway/kernel';
import { runService } from '@slipway/service-kit';
import { BuildConfig } from './build.config.js';
import { BuildModule } from './build.module.js';

void runService({ name: 'build', module: BuildModule, config: BuildConfig, owns: STREAMS.build });

import { STREAMS } from '@slipway/kernel';
import { runService } from '@slipway/service-kit';
import { DeploymentConfig } from './deployment.config.js';
import { DeploymentModule } from './deployment.module.js';

void runService({ name: 'deployment', module: DeploymentModule, config: DeploymentConfig, owns: STREAMS.deployment });

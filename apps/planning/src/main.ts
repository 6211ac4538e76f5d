import { STREAMS } from '@slipway/kernel';
import { runService } from '@slipway/service-kit';
import { PlanningModule } from './planning.module.js';

void runService({ name: 'planning', module: PlanningModule, owns: STREAMS.planning });

import { runService } from '@slipway/service-kit';
import { QueryModule } from './query.module.js';

void runService({ name: 'query', module: QueryModule, owns: [] });

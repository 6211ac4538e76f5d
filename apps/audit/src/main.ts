import { runService } from '@slipway/service-kit';
import { AuditModule } from './audit.module.js';

void runService({ name: 'audit', module: AuditModule, owns: [] });

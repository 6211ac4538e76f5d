import { Module } from '@nestjs/common';
import { projections, rebuildController } from '@slipway/service-kit';
import { AuditController } from './audit.controller.js';
import { RecordProjection } from './record.projection.js';
import { TrailProjection } from './trail.projection.js';

@Module({
  controllers: [AuditController, rebuildController('audit')],
  // The record first: trails are found in it.
  providers: [...projections([RecordProjection, TrailProjection])],
})
export class AuditModule {}

import { Module } from '@nestjs/common';
import { projections, rebuildController, Views } from '@slipway/service-kit';
import { OperatorController } from './operator.controller.js';
import { PROJECTIONS } from './projections.js';

@Module({
  controllers: [OperatorController, rebuildController('query')],
  providers: [...projections(PROJECTIONS), Views],
})
export class QueryModule {}

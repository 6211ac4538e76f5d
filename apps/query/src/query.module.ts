import { Module } from '@nestjs/common';
import { projections, rebuildController } from '@slipway/service-kit';
import { OperatorController } from './operator.controller.js';
import { PROJECTIONS } from './projections.js';

@Module({
  controllers: [OperatorController, rebuildController('query')],
  providers: [...projections(PROJECTIONS)],
})
export class QueryModule {}

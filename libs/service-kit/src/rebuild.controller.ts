import { Controller, type Type } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { type RebuildOutcome, RebuildViews } from '@slipway/messaging';
import { OnRebuild } from './on.js';
import { Views } from './views.js';

/** Answers `RebuildViews` for a service. */
export function rebuildController(service: string): Type {
  @Controller()
  class RebuildController {
    constructor(private readonly views: Views) {}

    @OnRebuild(service)
    rebuild(@Payload() _command: RebuildViews): Promise<RebuildOutcome> {
      return this.views.rebuild();
    }
  }
  return RebuildController;
}

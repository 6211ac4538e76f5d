import { Controller, type Type } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { type RebuildOutcome, rebuildSubject } from '@slipway/messaging';
import { CurrentCall } from './call.js';
import type { Call } from './call.js';
import { Views } from './views.js';

/** Answers `RebuildViews` for a service. */
export function rebuildController(service: string): Type {
  @Controller()
  class RebuildController {
    constructor(private readonly views: Views) {}

    @MessagePattern(rebuildSubject(service))
    rebuild(@CurrentCall() _call: Call): Promise<RebuildOutcome> {
      return this.views.rebuild();
    }
  }
  return RebuildController;
}

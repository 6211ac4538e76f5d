import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import type { CommandAnswer } from '@slipway/kernel';
import { CancelRelease, RequestRelease } from '@slipway/planning';
import { type Call, CurrentCall, OnCommand } from '@slipway/service-kit';
import { Releases } from './releases.js';

@Controller()
export class ReleaseController {
  constructor(private readonly releases: Releases) {}

  @OnCommand(RequestRelease)
  request(@Payload() command: RequestRelease, @CurrentCall() call: Call): Promise<CommandAnswer> {
    return this.releases.request(command, call);
  }

  @OnCommand(CancelRelease)
  cancel(@Payload() command: CancelRelease, @CurrentCall() call: Call): Promise<CommandAnswer> {
    return this.releases.cancel(command, call);
  }
}

import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { RequestBuild } from '@slipway/build';
import type { CommandAnswer } from '@slipway/kernel';
import { type Call, CurrentCall, OnCommand } from '@slipway/service-kit';
import { Builds } from './builds.js';

@Controller()
export class BuildController {
  constructor(private readonly builds: Builds) {}

  @OnCommand(RequestBuild)
  request(@Payload() command: RequestBuild, @CurrentCall() call: Call): Promise<CommandAnswer> {
    return this.builds.request(command, call);
  }
}

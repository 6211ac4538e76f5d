import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import type { CommandAnswer } from '@slipway/kernel';
import { WriteReleasePlan } from '@slipway/planning';
import { type Call, CurrentCall, OnCommand } from '@slipway/service-kit';
import { ReleasePlans } from './release-plans.js';

@Controller()
export class ReleasePlanController {
  constructor(private readonly plans: ReleasePlans) {}

  @OnCommand(WriteReleasePlan)
  write(@Payload() command: WriteReleasePlan, @CurrentCall() call: Call): Promise<CommandAnswer> {
    return this.plans.write(command, call);
  }
}

import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { LiftHold, PlaceHold, RollBack } from '@slipway/deployment';
import type { CommandAnswer } from '@slipway/kernel';
import { type Call, CurrentCall, OnCommand } from '@slipway/service-kit';
import { Targets } from './targets.js';

@Controller()
export class TargetController {
  constructor(private readonly targets: Targets) {}

  @OnCommand(RollBack)
  rollBack(@Payload() command: RollBack, @CurrentCall() call: Call): Promise<CommandAnswer> {
    return this.targets.handle({ type: 'RollBack', data: command }, call);
  }

  @OnCommand(PlaceHold)
  placeHold(@Payload() command: PlaceHold, @CurrentCall() call: Call): Promise<CommandAnswer> {
    return this.targets.handle({ type: 'PlaceHold', data: command }, call);
  }

  @OnCommand(LiftHold)
  liftHold(@Payload() command: LiftHold, @CurrentCall() call: Call): Promise<CommandAnswer> {
    return this.targets.handle({ type: 'LiftHold', data: command }, call);
  }
}

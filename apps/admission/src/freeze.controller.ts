import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { DeclareFreeze, LiftFreeze } from '@slipway/admission';
import type { CommandAnswer } from '@slipway/kernel';
import { type Call, CurrentCall, OnCommand } from '@slipway/service-kit';
import { Freezes } from './freezes.js';

@Controller()
export class FreezeController {
  constructor(private readonly freezes: Freezes) {}

  @OnCommand(DeclareFreeze)
  declare(@Payload() command: DeclareFreeze, @CurrentCall() call: Call): Promise<CommandAnswer> {
    return this.freezes.declare(command, call);
  }

  @OnCommand(LiftFreeze)
  lift(@Payload() command: LiftFreeze, @CurrentCall() call: Call): Promise<CommandAnswer> {
    return this.freezes.lift(command, call);
  }
}

import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { GrantException, RevokeException } from '@slipway/admission';
import type { CommandAnswer } from '@slipway/kernel';
import { type Call, CurrentCall, OnCommand } from '@slipway/service-kit';
import { Exceptions } from './exceptions.js';

@Controller()
export class ExceptionController {
  constructor(private readonly exceptions: Exceptions) {}

  @OnCommand(GrantException)
  grant(@Payload() command: GrantException, @CurrentCall() call: Call): Promise<CommandAnswer> {
    return this.exceptions.grant(command, call);
  }

  @OnCommand(RevokeException)
  revoke(@Payload() command: RevokeException, @CurrentCall() call: Call): Promise<CommandAnswer> {
    return this.exceptions.revoke(command, call);
  }
}

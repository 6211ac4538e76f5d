import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import type { CommandAnswer } from '@slipway/kernel';
import { RegisterApplication } from '@slipway/planning';
import { type Call, CurrentCall, OnCommand } from '@slipway/service-kit';
import { Applications } from './applications.js';

@Controller()
export class ApplicationController {
  constructor(private readonly applications: Applications) {}

  @OnCommand(RegisterApplication)
  register(@Payload() command: RegisterApplication, @CurrentCall() call: Call): Promise<CommandAnswer> {
    return this.applications.register(command, call);
  }
}

import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { WriteReleasePlanAdmission } from '@slipway/admission';
import type { CommandAnswer } from '@slipway/kernel';
import { type Call, CurrentCall, OnCommand } from '@slipway/service-kit';
import { ReleasePlanAdmissions } from './release-plan-admissions.js';

@Controller()
export class ReleasePlanAdmissionController {
  constructor(private readonly admissions: ReleasePlanAdmissions) {}

  @OnCommand(WriteReleasePlanAdmission)
  write(@Payload() command: WriteReleasePlanAdmission, @CurrentCall() call: Call): Promise<CommandAnswer> {
    return this.admissions.write(command, call);
  }
}

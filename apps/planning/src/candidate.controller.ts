import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import type { CommandAnswer } from '@slipway/kernel';
import { CherryPick, CutCandidate } from '@slipway/planning';
import { type Call, CurrentCall, OnCommand } from '@slipway/service-kit';
import { Candidates } from './candidates.js';

@Controller()
export class CandidateController {
  constructor(private readonly candidates: Candidates) {}

  @OnCommand(CutCandidate)
  cut(@Payload() command: CutCandidate, @CurrentCall() call: Call): Promise<CommandAnswer> {
    return this.candidates.cut(command, call);
  }

  @OnCommand(CherryPick)
  cherryPick(@Payload() command: CherryPick, @CurrentCall() call: Call): Promise<CommandAnswer> {
    return this.candidates.cherryPick(command, call);
  }
}

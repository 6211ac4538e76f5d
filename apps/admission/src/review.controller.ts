import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { ApproveRelease, PromoteRelease, RejectRelease } from '@slipway/admission';
import type { CommandAnswer } from '@slipway/kernel';
import { type Call, CurrentCall, OnCommand } from '@slipway/service-kit';
import { Reviews } from './reviews.js';

/** What people say to a release. What follows from it comes by `when-review-moved.reactor.ts`, so that a crash loses nothing. */
@Controller()
export class ReviewController {
  constructor(private readonly reviews: Reviews) {}

  @OnCommand(ApproveRelease)
  approve(@Payload() command: ApproveRelease, @CurrentCall() call: Call): Promise<CommandAnswer> {
    return this.reviews.approve(command, call);
  }

  @OnCommand(RejectRelease)
  reject(@Payload() command: RejectRelease, @CurrentCall() call: Call): Promise<CommandAnswer> {
    return this.reviews.reject(command, call);
  }

  @OnCommand(PromoteRelease)
  promote(@Payload() command: PromoteRelease, @CurrentCall() call: Call): Promise<CommandAnswer> {
    return this.reviews.promote(command, call);
  }
}

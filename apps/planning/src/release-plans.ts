import { Injectable } from '@nestjs/common';
import { type CommandAnswer, SlipwayError } from '@slipway/kernel';
import { releasePlanDecider, type ReleasePlanState, releasePlanStream, type WriteReleasePlan } from '@slipway/planning';
import { type Call, CommandHandler } from '@slipway/service-kit';

/** A plan that was written. */
export type ReleasePlan = NonNullable<ReleasePlanState>;

@Injectable()
export class ReleasePlans {
  constructor(private readonly handler: CommandHandler) {}

  write(command: WriteReleasePlan, call: Call): Promise<CommandAnswer> {
    return this.handler.handle(releasePlanDecider, releasePlanStream(command.plan), 'WriteReleasePlan', command, call);
  }

  /** The plan as it is now. Throws PLAN_NOT_FOUND. */
  async get(plan: string): Promise<ReleasePlan> {
    const { state } = await this.handler.load(releasePlanDecider, releasePlanStream(plan));
    if (!state) throw new SlipwayError('PLAN_NOT_FOUND', `there is no release plan ${plan}; write it first`);
    return state;
  }
}

import { Injectable } from '@nestjs/common';
import { type CommandAnswer, SlipwayError } from '@slipway/kernel';
import { applicationDecider, type ApplicationSpec, applicationStream, type RegisterApplication } from '@slipway/planning';
import { type Call, CommandHandler } from '@slipway/service-kit';

@Injectable()
export class Applications {
  constructor(private readonly handler: CommandHandler) {}

  register(command: RegisterApplication, call: Call): Promise<CommandAnswer> {
    return this.handler.handle(applicationDecider, applicationStream(command.application), 'RegisterApplication', command, call);
  }

  /** The application as it is now. Throws APPLICATION_NOT_FOUND. */
  async get(application: string): Promise<ApplicationSpec> {
    const { state } = await this.handler.load(applicationDecider, applicationStream(application));
    if (!state) throw new SlipwayError('APPLICATION_NOT_FOUND', `there is no application ${application}; register it first`);
    return state;
  }
}

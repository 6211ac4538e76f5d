import { Injectable } from '@nestjs/common';
import { type DeclareFreeze, type Freeze, freezeDecider, freezeStream, type LiftFreeze } from '@slipway/admission';
import { type CommandAnswer, splitName } from '@slipway/kernel';
import { type Call, CommandHandler } from '@slipway/service-kit';

@Injectable()
export class Freezes {
  constructor(private readonly handler: CommandHandler) {}

  /** Throws FREEZE_EXISTS, INVALID_COMMAND. */
  declare(command: DeclareFreeze, call: Call): Promise<CommandAnswer> {
    return this.handler.handle(freezeDecider, streamOf(command), 'DeclareFreeze', command, call);
  }

  /** Throws FREEZE_NOT_FOUND. */
  lift(command: LiftFreeze, call: Call): Promise<CommandAnswer> {
    return this.handler.handle(freezeDecider, streamOf(command), 'LiftFreeze', command, call);
  }

  /** Those of a managed workspace that were not lifted; some may have ended, or begin later. */
  async of(workspace: string): Promise<Freeze[]> {
    return Object.values((await this.handler.load(freezeDecider, freezeStream(workspace))).state);
  }
}

const streamOf = ({ freeze }: { freeze: string }): string => freezeStream(splitName(freeze).workspace);

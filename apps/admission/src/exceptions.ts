import { Injectable } from '@nestjs/common';
import {
  type ExceptedRelease,
  type Exception,
  exceptionDecider,
  exceptionStream,
  type GrantException,
  reviewDecider,
  reviewStream,
  type RevokeException,
} from '@slipway/admission';
import { type CommandAnswer, SlipwayError, splitName } from '@slipway/kernel';
import { type Call, CommandHandler } from '@slipway/service-kit';

@Injectable()
export class Exceptions {
  constructor(private readonly handler: CommandHandler) {}

  /** Throws REVIEW_NOT_FOUND, ENVIRONMENT_NOT_FOUND, APPROVER_NOT_A_PERSON, EXCEPTION_BY_AUTHOR, EXCEPTION_EXISTS, INVALID_COMMAND. */
  grant(command: GrantException, call: Call): Promise<CommandAnswer> {
    return this.handler.handle(exceptionDecider, streamOf(command), 'GrantException', command, call, async () => ({
      reviewed: await this.reviewed(command.release),
      emails: call.emails ?? [],
    }));
  }

  /** Throws EXCEPTION_NOT_FOUND. */
  revoke(command: RevokeException, call: Call): Promise<CommandAnswer> {
    return this.handler.handle(exceptionDecider, streamOf(command), 'RevokeException', command, call);
  }

  /** Those of a managed workspace that were not revoked; some may have ended. */
  async of(workspace: string): Promise<Exception[]> {
    return Object.values((await this.handler.load(exceptionDecider, exceptionStream(workspace))).state);
  }

  private async reviewed(release: string): Promise<ExceptedRelease> {
    const { thing, matched } = (await this.handler.load(reviewDecider, reviewStream({ kind: 'release', release }))).state;
    if (!thing) throw new SlipwayError('REVIEW_NOT_FOUND', `there is no review of ${release}; check the name, or try again in a moment when it was requested just now`);
    return { ...thing, environments: matched?.environments ?? null };
  }
}

const streamOf = ({ exception }: { exception: string }): string => exceptionStream(splitName(exception).workspace);

import { Injectable } from '@nestjs/common';
import { type BuildCommand, buildDecider, type BuildEvent, type BuildState, buildStream, type BuildSubject, type RequestBuild } from '@slipway/build';
import type { CommandAnswer } from '@slipway/kernel';
import { type Call, CommandHandler } from '@slipway/service-kit';
import { Candidates } from './candidates.js';

/** How an attempt ended: the command that says so. */
export type AttemptOutcome = Pick<Extract<BuildCommand, { type: 'SucceedBuild' | 'FailBuild' | 'ErrorBuild' }>, 'type' | 'data'>;

/** The `build-` streams, which only this service writes. */
@Injectable()
export class Builds {
  constructor(
    private readonly handler: CommandHandler,
    private readonly candidates: Candidates,
  ) {}

  /** @throws SlipwayError CANDIDATE_NOT_FOUND */
  request({ application, candidate }: RequestBuild, call: Call): Promise<CommandAnswer> {
    const subject = (state: BuildState): Promise<BuildSubject> | BuildSubject =>
      state.phase === 'absent' ? this.candidates.subject(application, candidate) : state.subject;
    return this.handler.handle(buildDecider, buildStream(application, candidate), 'RequestBuild', { application, candidate }, call, async (state) => ({
      subject: await subject(state),
    }));
  }

  /** Takes a build for a worker. Gives the attempt's number; undefined when there is nothing to take. */
  async start(stream: string, worker: string, call: Call): Promise<number | undefined> {
    const answer = await this.handler.handle(buildDecider, stream, 'StartBuild', { worker }, call);
    const [started] = answer.events as BuildEvent[];
    return started?.type === 'BuildStarted' ? started.data.attempt : undefined;
  }

  /** @throws SlipwayError BUILD_LEASE_LOST when another attempt has been started meanwhile */
  record(stream: string, { type, data }: AttemptOutcome, call: Call): Promise<CommandAnswer> {
    return this.handler.handle(buildDecider, stream, type, data, call);
  }
}

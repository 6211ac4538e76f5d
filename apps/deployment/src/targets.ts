import { Injectable } from '@nestjs/common';
import { nextWork, type TargetCommand, targetDecider, type TargetEvent, targetStream, type TargetState, type Work } from '@slipway/deployment';
import type { CommandAnswer } from '@slipway/kernel';
import { type Call, CommandHandler } from '@slipway/service-kit';

/** A deployment that was taken: its id and its fencing token. */
export interface Taken {
  readonly target: string;
  readonly deployment: string;
  readonly token: number;
  /** ISO 8601. */
  readonly leaseUntil: string;
}

type Asked<C> = C extends TargetCommand ? Pick<C, 'type' | 'data'> : never;
/** What is asked of a target; the call says by whom and when. */
export type TargetRequest = Asked<TargetCommand>;

/** The `target-` streams, which only this service writes. */
@Injectable()
export class Targets {
  constructor(private readonly handler: CommandHandler) {}

  /** @throws SlipwayError what targetDecider refuses, and what every command may meet. */
  handle({ type, data }: TargetRequest, call: Call): Promise<CommandAnswer> {
    return this.handler.handle(targetDecider, targetStream(data.target), type, data, call);
  }

  async load(target: string): Promise<TargetState> {
    return (await this.handler.load(targetDecider, targetStream(target))).state;
  }

  /** What there is for a worker to take at an instant (ISO 8601). */
  async nextWork(target: string, worker: string, at: string): Promise<Work | undefined> {
    return nextWork(await this.load(target), worker, at);
  }

  /** Takes the target's next deployment. Undefined: another worker was faster. */
  async start(target: string, worker: string, call: Call): Promise<Taken | undefined> {
    const { events, revision } = await this.handle({ type: 'StartDeployment', data: { target, worker } }, call);
    const [started] = events as readonly TargetEvent[];
    if (started?.type !== 'DeploymentStarted') return undefined;
    const { deployment, leaseUntil } = started.data;
    return { target, deployment, token: revision, leaseUntil };
  }
}

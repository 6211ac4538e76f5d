import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { TargetEvent } from '@slipway/deployment';
import { ERRORS, SlipwayError } from '@slipway/kernel';
import { type Cause, type Logger, LOGGER, ownCall } from '@slipway/service-kit';
import { type Taken, type TargetRequest, Targets } from './targets.js';

/** Two minutes in all: an event store that restarts is back by then, and a step that ran is not run again for it. */
const PAUSES_MS = [250, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 40_000, 40_000];

/** What the holder of a token has to say: the command. */
export type Word = Extract<TargetRequest, { type: 'StartStep' | 'SucceedStep' | 'FailStep' | 'ErrorDeployment' }>;

/** A deployment in hand. */
export interface Work extends Taken {
  readonly cause: Cause;
  /** Aborts when the service stops, and when the lease ends. */
  readonly signal: AbortSignal;
}

/** Writes down what the worker does. */
@Injectable()
export class WorkRecorder {
  constructor(
    private readonly targets: Targets,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Waits out a store that does not answer; the command id stays, so that an unknown outcome is asked for again and not
   * repeated. Gives the facts that follow.
   *
   * @throws SlipwayError DEPLOYMENT_TOKEN_STALE, and the last error when nothing could be recorded.
   */
  async record({ cause, signal }: Work, word: Word): Promise<readonly TargetEvent[]> {
    const call = ownCall('deployment', cause);
    const say = async () => (await this.targets.handle(word, call)).events as readonly TargetEvent[];
    for (const pause of PAUSES_MS) {
      try {
        return await say();
      } catch (error) {
        if (error instanceof SlipwayError && !ERRORS[error.code].retry) throw error;
        const { target, deployment } = word.data;
        this.logger.warn({ err: error, target, deployment, command: word.type }, 'a deployment could not be recorded yet');
        await sleep(pause, undefined, { signal });
      }
    }
    return say();
  }
}

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { codeOf, ERRORS, SlipwayError } from '@slipway/kernel';
import { type Call, type Logger, LOGGER } from '@slipway/service-kit';
import { type AttemptOutcome, Builds } from './builds.js';

/** Two minutes in all: an event store that restarts is back by then, and minutes of work are not thrown away for it. */
const PAUSES_MS = [250, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 40_000, 40_000];

/** Writes down how an attempt ended. */
@Injectable()
export class OutcomeRecorder {
  constructor(
    private readonly builds: Builds,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Waits out a store that does not answer. An outcome that the store refuses (a snapshot that is too large for an event)
   * becomes an error, so that the build does not run again and again. An outcome that came too late is dropped.
   *
   * @throws the last error when nothing could be recorded; the build will be taken up again.
   */
  async record(stream: string, outcome: AttemptOutcome, call: Call, signal: AbortSignal): Promise<void> {
    try {
      await this.persist(stream, outcome, call, signal);
    } catch (error) {
      if (codeOf(error) === 'BUILD_LEASE_LOST') {
        this.logger.warn({ stream, attempt: outcome.data.attempt }, 'another attempt was started meanwhile; this outcome does not count');
        return;
      }
      if (signal.aborted) throw error;
      await this.persist(stream, errorOf(outcome, error), { ...call, commandId: randomUUID() }, signal);
    }
  }

  private async persist(stream: string, outcome: AttemptOutcome, call: Call, signal: AbortSignal): Promise<void> {
    for (const pause of PAUSES_MS) {
      try {
        await this.builds.record(stream, outcome, call);
        this.logger.info({ stream, attempt: outcome.data.attempt, outcome: outcome.type }, 'build ended');
        return;
      } catch (error) {
        if (error instanceof SlipwayError && !ERRORS[error.code].retry) throw error;
        this.logger.warn({ err: error, stream, attempt: outcome.data.attempt }, 'the outcome of a build could not be recorded yet');
        await sleep(pause, undefined, { signal });
      }
    }
    await this.builds.record(stream, outcome, call);
  }
}

function errorOf({ data: { attempt, log } }: AttemptOutcome, error: unknown): AttemptOutcome {
  const message = `the outcome could not be recorded: ${error instanceof Error ? error.message : String(error)}`;
  return { type: 'ErrorBuild', data: { attempt, log, code: codeOf(error), message } };
}

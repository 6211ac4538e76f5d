import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs } from './backoff.js';
import type { StoreLogger } from './store-logger.js';

/** Thrown by a session to end for good: not the connection failed, but what is done with its events. */
export class HandlerFailure extends Error {
  override readonly name = 'HandlerFailure';

  constructor(override readonly cause: unknown) {
    super('the handler of a subscription threw');
  }
}

export interface Sessions {
  /** Of the subscription, for the log. */
  readonly name: string;
  readonly closing: AbortSignal;
  readonly logger: StoreLogger;
  /** Connects and handles until the connection is lost. Calls `working` when something arrives. */
  readonly session: (working: () => void) => Promise<void>;
}

/**
 * Runs one session after another until `closing`; the client never resubscribes by itself. The pauses between them grow while
 * nothing works. Throws what a handler threw.
 */
export async function keepConnected({ name, closing, logger, session }: Sessions): Promise<void> {
  let failures = 0;
  while (!closing.aborted) {
    const lost = await outcomeOf(session, () => {
      if (failures > 0) logger.info({ subscription: name }, 'the subscription is back');
      failures = 0;
    });
    if (closing.aborted) return;
    if (lost instanceof HandlerFailure) throw lost.cause;
    logger.warn({ subscription: name, err: lost, failures }, 'a subscription lost its connection');
    // The only way for this to reject is the abort, which means: stop waiting.
    await sleep(backoffMs(failures++), undefined, { signal: closing }).catch(() => undefined);
  }
}

async function outcomeOf(session: Sessions['session'], working: () => void): Promise<unknown> {
  try {
    await session(working);
    return new Error('the server ended the subscription');
  } catch (error) {
    return error;
  }
}

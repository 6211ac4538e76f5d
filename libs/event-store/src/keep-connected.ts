import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreLogger } from './store-logger.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

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
 * Runs one session after another until `closing`; the client never resubscribes by itself. The pauses between grow from 0.1 s to
 * 5 s while nothing works, with jitter so that replicas do not come back all at once. Throws what a handler threw.
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
    await pause(failures++, closing);
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

async function pause(failures: number, closing: AbortSignal): Promise<void> {
  const longest = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
  // The only way for this to reject is the abort, which means: stop waiting.
  await sleep(longest * (0.5 + Math.random() / 2), undefined, { signal: closing }).catch(() => undefined);
}

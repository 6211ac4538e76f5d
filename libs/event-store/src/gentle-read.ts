import type { StreamingRead } from '@eventstore/db-client';

/** How long the rest of a read that was left early may still arrive before its call is reset. */
const RUN_OUT_MS = 250;

/**
 * Iterates a read so that its call always ends; the client leaves it open when a loop is left early. Nearly always the rest is
 * short, and is let run out: servers close a connection on which many calls are reset (nghttp2: 1,000 and then 33 a second).
 */
export async function* gentleRead<T>(read: StreamingRead<T>): AsyncIterable<T> {
  let ended = false;
  const end = (): void => {
    ended = true;
  };
  // The error is the loop's; one that comes after it must not end the process.
  read.on('end', end).on('error', end);
  try {
    yield* read.iterator({ destroyOnReturn: false }) as AsyncIterable<T>;
  } finally {
    if (!ended) runOut(read);
  }
}

function runOut(read: StreamingRead<unknown>): void {
  const timer = setTimeout(() => {
    // Rejects only where the call could not be made, and then there is nothing to cancel.
    read.cancel().catch(() => undefined);
  }, RUN_OUT_MS);
  const over = (): void => clearTimeout(timer);
  read.on('end', over).on('error', over).resume();
}

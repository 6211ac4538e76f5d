import type { StreamingRead } from '@eventstore/db-client';

/**
 * Iterates a read and ends its call however the iteration ends. The client alone leaves the call open when a loop breaks,
 * and throws an error that comes after the loop into nobody's hands, which ends the process.
 */
export async function* cancellableRead<T>(read: StreamingRead<T>): AsyncIterable<T> {
  read.on('error', () => undefined);
  let complete = false;
  try {
    yield* read;
    complete = true;
  } finally {
    // Rejects only where the call could not be made, which the iteration has reported.
    if (!complete) read.cancel().catch(() => undefined);
  }
}

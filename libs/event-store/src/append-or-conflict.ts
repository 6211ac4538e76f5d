import { setTimeout as sleep } from 'node:timers/promises';
import { SlipwayError } from '@slipway/kernel';
import { type Appended, type EventStore, type ExpectedRevision, type NewEvent, type RecordedEvent, UnknownOutcome, WrongExpectedRevision } from './event-store.js';

/** How often an append that gets no answer is sent. */
const TRIES = 3;

/** Before asking again, doubled each time: a store that restarts needs a moment. */
const PAUSE_MS = 100;

/**
 * Appends at a revision (-1: no stream); undefined when another writer was faster.
 * An append without an answer may be in the log, on its way, or lost, so the stream is asked. Where the events are not there they
 * are sent again with the same ids and the same expected revision: then even a first append that arrives late adds nothing twice.
 */
export async function appendOrConflict(store: EventStore, stream: string, events: readonly NewEvent[], revision: number): Promise<Appended | undefined> {
  const expected: ExpectedRevision = revision === -1 ? 'no-stream' : revision;
  let unknown: unknown;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    try {
      if (attempt > 0) await sleep(PAUSE_MS * 2 ** (attempt - 1));
      const found = attempt > 0 ? await findAppended(store, stream, events, revision + 1) : undefined;
      return found ?? (await store.append(stream, events, expected));
    } catch (error) {
      if (error instanceof WrongExpectedRevision) return undefined;
      // Once an append went unanswered, a store that can't be read either leaves the outcome just as unknown.
      if (!(error instanceof UnknownOutcome) && !unknown) throw error;
      unknown = error;
    }
  }
  throw new SlipwayError(
    'TIMED_OUT',
    `the event store did not confirm the append to ${stream}, which may have taken effect; send the same command id again to learn its outcome`,
    [],
    { cause: unknown },
  );
}

/** Where the log holds the events, from a revision on; undefined when they are not there. */
async function findAppended(store: EventStore, stream: string, events: readonly NewEvent[], from: number): Promise<Appended | undefined> {
  const found: RecordedEvent[] = [];
  for await (const event of store.read(stream, from, events.length)) found.push(event);
  const last = found.at(-1);
  return last && events.every(({ id }, index) => id === found[index]?.id) ? { revision: last.revision, position: last.position } : undefined;
}

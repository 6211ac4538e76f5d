import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, type Decider, type DomainEvent, fold, SlipwayError } from '@slipway/kernel';
import { appendOrConflict } from './append-or-conflict.js';
import { digestOf } from './digest.js';
import { eventId } from './event-id.js';
import type { EventStore, NewEvent, Position } from './event-store.js';
import { type Answered, asFact, load, type Loaded, reload } from './load.js';

/** How often a decision is made anew when another writer was faster. Three were too few for three approvals and a reaction at once. */
const TRIES = 6;
/** Before each further try: writers that met once should not meet again. */
const PAUSE_MS = 20;

/** A command on its way to one stream. */
export interface Execution<S> {
  readonly stream: string;
  /** Any text. The same id and command again get the first outcome. */
  readonly commandId: string;
  /** Default: the digest of `command`. */
  readonly commandDigest?: string;
  readonly correlationId: string;
  /** `kind:id`, attested by the edge. */
  readonly actor: string;
  /** `kind:id`, where a service acts by itself because of somebody. */
  readonly onBehalfOf?: string;
  /** ISO 8601. */
  readonly at: string;
  readonly traceparent?: string;
  readonly command: { readonly type: string; readonly data: unknown };
  /** What the decision needs beside the command and the state; asked again for each try. Its members join the decider's command. */
  readonly facts?: (state: S) => Promise<object> | object;
  /** The schema in which an event type is written today. Default: 1 for all. */
  readonly schema?: (eventType: string) => number;
}

export interface Outcome<S, E> {
  readonly stream: string;
  /** Revision and position of the command's last event; of the stream's last one when the command led to none. */
  readonly revision: number;
  readonly position: Position;
  /** The command had been answered before; `events` are those of the first time. */
  readonly repeated: boolean;
  readonly events: readonly E[];
  /** The stream's state now; of a repeated command, later events included. */
  readonly state: S;
}

/**
 * Decides a command against a stream and appends what follows, at the revision that was read.
 * Throws what the decider throws, and SlipwayError
 * - COMMAND_ID_REUSED: this stream answered another command under this id;
 * - CONCURRENT_CHANGE: other writers were faster each time; the same command may be sent again;
 * - TIMED_OUT: it is not known whether the command took effect; the same command id may be sent again.
 */
export async function execute<C extends Command, S, E extends DomainEvent>(
  store: EventStore,
  decider: Decider<C, S, E>,
  execution: Execution<S>,
): Promise<Outcome<S, E>> {
  const { stream, commandId } = execution;
  const digest = execution.commandDigest ?? digestOf({ type: execution.command.type, data: execution.command.data });
  let loaded = await load(store, decider, stream);
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    if (attempt > 1) {
      await sleep(Math.random() * PAUSE_MS);
      loaded = await reload(store, decider, stream, loaded);
    }
    const earlier = loaded.answered.get(commandId);
    if (earlier) return firstOutcome(store, execution, digest, loaded, earlier);

    const events = decider.decide(await deciderCommand<C, S>(execution, loaded.state), loaded.state);
    if (events.length === 0) return { stream, revision: loaded.revision, position: loaded.position, repeated: false, events, state: loaded.state };

    const appended = await appendOrConflict(store, stream, recordable(execution, digest, events), loaded.revision);
    if (appended) return { stream, ...appended, repeated: false, events, state: fold(decider, events, loaded.revision + 1, loaded.state) };
  }
  throw new SlipwayError('CONCURRENT_CHANGE', `${stream} was changed by others during all ${TRIES} tries; none of them had an effect, and the command may be sent again`);
}

async function firstOutcome<S, E extends DomainEvent>(
  store: EventStore,
  { stream, commandId }: Execution<S>,
  digest: string,
  { state, position: head }: Loaded<S>,
  { digest: firstDigest, first, last }: Answered,
): Promise<Outcome<S, E>> {
  if (firstDigest !== digest) {
    throw new SlipwayError('COMMAND_ID_REUSED', `command id ${commandId} was used before in ${stream}, for another command; use a new id for each command`);
  }
  const events: E[] = [];
  let position = head;
  for await (const event of store.read(stream, first, last - first + 1)) {
    events.push(asFact<E>(event));
    position = event.position;
  }
  return { stream, revision: last, position, repeated: true, events, state };
}

async function deciderCommand<C extends Command, S>({ command, actor, at, facts }: Execution<S>, state: S): Promise<C> {
  // The edge has validated type and data against the command's class; here they only meet the union that the decider closes over.
  return { ...(await facts?.(state)), type: command.type, data: command.data, actor, at } as C;
}

function recordable<S>(execution: Execution<S>, digest: string, events: readonly DomainEvent[]): NewEvent[] {
  const { stream, commandId, correlationId, actor, onBehalfOf, traceparent, schema } = execution;
  return events.map(({ type, data }, index) => ({
    id: eventId(commandId, stream, index, digest, { type, data }),
    type,
    data,
    metadata: {
      $correlationId: correlationId,
      $causationId: commandId,
      actor,
      ...(onBehalfOf !== undefined && { onBehalfOf }),
      commandDigest: digest,
      schema: schema?.(type) ?? 1,
      ...(traceparent !== undefined && { traceparent }),
    },
  }));
}

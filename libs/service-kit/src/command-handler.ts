import { Inject, Injectable } from '@nestjs/common';
import { type EventStore, execute, load, type Loaded } from '@slipway/event-store';
import type { Command, CommandAnswer, Decider, DomainEvent } from '@slipway/kernel';
import type { Call } from './call.js';
import { EVENT_STORE } from './tokens.js';

/** What a decider's command needs beyond the message itself: looked up before the decision, given to it as data. */
type Facts<C, T> = Omit<Extract<C, { type: T }>, keyof Command>;

/** Load, fold, decide, append: the one way in which a service changes a stream. */
@Injectable()
export class CommandHandler {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  load<C, S, E extends DomainEvent>(decider: Decider<C, S, E>, stream: string): Promise<Loaded<S>> {
    return load(this.store, decider, stream);
  }

  /**
   * @param facts what the decider's command holds beside its data; asked again when the stream moved on meanwhile.
   * @throws SlipwayError what the decider refuses; COMMAND_ID_REUSED, CONCURRENT_CHANGE, TIMED_OUT.
   */
  async handle<C extends Command, S, E extends DomainEvent, T extends C['type']>(
    decider: Decider<C, S, E>,
    stream: string,
    type: T,
    data: Extract<C, { type: T }>['data'],
    call: Call,
    facts?: (state: S) => Facts<C, T> | Promise<Facts<C, T>>,
  ): Promise<CommandAnswer> {
    const outcome = await execute(this.store, decider, { stream, command: { type, data }, ...call, ...(facts && { facts }) });
    return {
      stream,
      revision: outcome.revision,
      position: outcome.position,
      repeated: outcome.repeated,
      events: outcome.events.map((event) => ({ type: event.type, data: event.data })),
    };
  }
}

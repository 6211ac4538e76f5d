import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown, type Provider, type Type } from '@nestjs/common';
import { derivedId, type EventStore, type RecordedEvent, type Subscription } from '@slipway/event-store';
import { type DomainEvent, reactorGroup } from '@slipway/kernel';
import type { Logger } from 'pino';
import { type Call, causeOf, ownCall } from './call.js';
import { EVENT_STORE, LOGGER, REACTORS, SERVICE, type ServiceIdentity } from './tokens.js';

/** When this happened, do that. The event wakes it up; what it decides comes from current state. */
export interface Reactor<E extends DomainEvent = DomainEvent> {
  readonly on: readonly E['type'][];
  /**
   * At least once, in any order between streams; one after the other within a stream. A throw brings the event back.
   * @param call acts as the service, on behalf of whoever caused the event; its command id comes from the event, so a repetition changes nothing.
   */
  handle(event: RecordedEvent<E>, call: Call): Promise<unknown>;
}

interface ReactorSet {
  readonly prefixes: readonly string[];
  readonly reactors: readonly Reactor[];
}

/** Providers for a module: these reactors listen to these streams. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each reactor narrows the events that it names in `on`
export function reactors(prefixes: readonly string[], types: Type<Reactor<any>>[]): Provider[] {
  const set = { provide: REACTORS, useFactory: (...all: Reactor[]): ReactorSet => ({ prefixes, reactors: all }), inject: types };
  return [...types, set, ReactorHost];
}

/** Follows the log through a persistent subscription, so that replicas share the work. */
@Injectable()
export class ReactorHost implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly byType = new Map<string, Reactor[]>();
  private subscription: Subscription | undefined;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(REACTORS) private readonly set: ReactorSet,
    @Inject(SERVICE) private readonly service: ServiceIdentity,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    for (const reactor of set.reactors) {
      for (const type of reactor.on) this.byType.set(type, [...(this.byType.get(type) ?? []), reactor]);
    }
  }

  onApplicationBootstrap(): void {
    this.subscription = this.store.consume({
      group: reactorGroup(this.service.name),
      filter: { prefixes: this.set.prefixes },
      onEvent: (event) => this.react(event),
      onError: (error, event, outcome) =>
        this.logger[outcome === 'park' ? 'error' : 'warn']({ err: error, eventId: event.id, stream: event.stream, type: event.type, outcome }, 'a reaction failed'),
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.subscription?.close();
  }

  private async react(event: RecordedEvent): Promise<void> {
    for (const reactor of this.byType.get(event.type) ?? []) {
      await reactor.handle(event, ownCall(this.service.name, causeOf(event), derivedId(event.id, reactor.constructor.name)));
    }
  }
}

import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { EventStore, RecordedEvent, Subscription } from '@slipway/event-store';
import { factGroup } from '@slipway/kernel';
import { Bus, encode, factSubject } from '@slipway/messaging';
import { headers } from 'nats';
import type { Logger } from 'pino';
import { EVENT_STORE, LOGGER, SERVICE, type ServiceIdentity } from './tokens.js';

/**
 * Publishes committed facts of the service's own streams as CloudEvents in binary mode. It follows the log, so a crash
 * between commit and publication publishes late instead of never. NATS core delivers at most once: who must not miss
 * a fact follows the log.
 */
@Injectable()
export class FactPublisher implements OnApplicationBootstrap, OnApplicationShutdown {
  private subscription: Subscription | undefined;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly bus: Bus,
    @Inject(SERVICE) private readonly service: ServiceIdentity,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (this.service.owns.length === 0) return;
    this.subscription = this.store.consume({
      group: factGroup(this.service.name),
      filter: { prefixes: this.service.owns },
      onEvent: (event) => this.publish(event),
      onError: (error, event, outcome) => this.logger.warn({ err: error, eventId: event.id, outcome }, 'a fact was not published'),
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.subscription?.close();
  }

  private publish(event: RecordedEvent): Promise<void> {
    this.bus.connection.publish(factSubject(event.stream, event.type), encode(event.data), { headers: cloudEventHeaders(event, this.service.name) });
    return Promise.resolve();
  }
}

/** CloudEvents 1.0, NATS binding, binary mode. */
function cloudEventHeaders(event: RecordedEvent, service: string) {
  const head = headers();
  const attributes = {
    specversion: '1.0',
    id: event.id,
    source: `/slipway/${service}`,
    type: `dev.slipway.${event.type}.v${event.metadata.schema}`,
    subject: event.stream,
    time: event.recordedAt,
    streamrevision: String(event.revision),
    position: event.position,
    correlationid: event.metadata.$correlationId,
    actor: event.metadata.actor,
    ...(event.metadata.onBehalfOf && { onbehalfof: event.metadata.onBehalfOf }),
    ...(event.metadata.traceparent && { traceparent: event.metadata.traceparent }),
  };
  head.set('content-type', 'application/json');
  for (const [name, value] of Object.entries(attributes)) head.set(`ce-${name}`, value);
  return head;
}

import type { AllStreamRecordedEvent, RecordedEvent as ClientEvent } from '@eventstore/db-client';
import type { EventMetadata, RecordedEvent } from './event-store.js';
import { positionOf } from './position.js';

/** The port's shape of what the client reads. Revisions fit a JS number: a stream of 2^53 events is not going to be. */
export function recordedEvent(event: ClientEvent | AllStreamRecordedEvent): RecordedEvent {
  const { position } = event;
  if (!position) throw new Error('the event store sends no positions with events; Slipway needs EventStoreDB 22.6 or newer');
  return {
    id: event.id,
    stream: event.streamId,
    revision: Number(event.revision),
    position: positionOf(position.commit, position.prepare),
    recordedAt: event.created.toISOString(),
    type: event.type,
    data: event.data,
    // Another application's events, in a log that is shared, have other metadata or none; nothing of ours reads it.
    metadata: (event.metadata ?? {}) as unknown as EventMetadata,
  };
}

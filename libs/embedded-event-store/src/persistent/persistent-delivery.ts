import type { WindowEntry } from './checkpoint-window.js';
import type { Consumer } from './persistent-consumer.js';
import type { Strategy } from './persistent-settings.js';
import { LINK_TYPE, recordCustomMetadata, recordData, recordId, recordStreamName, recordType, type StoredEvent } from '../protocol/recorded-event.js';

/** An event on its way to a consumer, until it is settled. */
export class Delivery implements WindowEntry {
  /** What an answer calls it: the link's id, if it came through a link. */
  readonly id: string;
  settled = false;
  retries = 0;
  consumer: Consumer | undefined;
  /** Milliseconds since the epoch. */
  sentAt = 0;
  private pinnedTo: string | undefined;

  constructor(
    readonly event: StoredEvent,
    /** Revision or position in the group's source. */
    readonly place: number,
    /** The event behind a resolved link; null if that is gone, undefined if there is no link to resolve. */
    readonly target: StoredEvent | null | undefined,
    /** A replay brought it back: `event` is the link in the parked stream. */
    readonly replayed = false,
  ) {
    this.id = recordId(event.record);
  }

  /** What a pinned strategy keeps together. */
  key(strategy: Strategy): string {
    return (this.pinnedTo ??= this.findKey(strategy));
  }

  private findKey(strategy: Strategy): string {
    const { record } = this.target ?? this.event;
    if (strategy === 'PinnedByCorrelation') {
      const correlation = correlationOf(recordCustomMetadata(record));
      if (correlation !== undefined) return correlation;
    }
    return recordType(record).equals(LINK_TYPE) ? streamOfLink(record) : recordStreamName(record).toString('utf8');
  }
}

/** Of a link that is not resolved, or leads nowhere, counts the stream that it points to. */
function streamOfLink(link: Buffer): string {
  const target = recordData(link).toString('utf8');
  return target.slice(target.indexOf('@') + 1);
}

function correlationOf(metadata: Buffer): string | undefined {
  try {
    const parsed: unknown = JSON.parse(metadata.toString('utf8'));
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    const id = (parsed as Record<string, unknown>)['$correlationId'];
    return typeof id === 'string' ? id : undefined;
  } catch {
    return undefined;
  }
}

import { recordStreamName, recordType, type StoredEvent } from '../protocol/recorded-event.js';

/** Which events a filtered reader of `$all` wants: by stream name or by event type, by prefixes or by regex. */
export interface FilterSettings {
  readonly on: 'stream' | 'type';
  readonly prefixes: readonly string[];
  /** Empty if prefixes decide. */
  readonly regex: string;
}

export type EventFilter = (event: StoredEvent) => boolean;

/** What a group on `$all` gave up on: it would get its own parked events, and give up on them again. */
const PARKED_OF_ALL = /^\$persistentsubscription-\$all::.*-(parked|checkpoint)$/s;
const DOLLAR = 0x24;

/** Whether groups on `$all` get the event. */
export function isInAll({ record }: StoredEvent): boolean {
  const stream = recordStreamName(record);
  return stream[0] !== DOLLAR || !PARKED_OF_ALL.test(stream.toString('utf8'));
}

/** Throws SyntaxError for a regex that JavaScript does not know. */
export function createFilter(settings: FilterSettings): EventFilter {
  const subject = settings.on === 'stream' ? recordStreamName : recordType;
  if (settings.regex !== '') {
    const regex = new RegExp(settings.regex, 'u');
    return (event) => regex.test(subject(event.record).toString('utf8'));
  }
  const prefixes = settings.prefixes.map((prefix) => Buffer.from(prefix));
  return (event) => {
    const text = subject(event.record);
    return prefixes.some((prefix) => text.length >= prefix.length && prefix.compare(text, 0, prefix.length) === 0);
  };
}

import { isOfSystemStream, recordStreamName, recordType, type StoredEvent } from '../protocol/recorded-event.js';

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

/** Whether readers of `$all` see the event. */
export function isInAll({ record }: StoredEvent): boolean {
  return !isOfSystemStream(record) || !PARKED_OF_ALL.test(recordStreamName(record).toString('utf8'));
}

/** Throws SyntaxError for a regex that JavaScript does not know. */
export function createFilter(settings: FilterSettings): EventFilter {
  const subject = settings.on === 'stream' ? recordStreamName : recordType;
  if (settings.regex !== '') {
    const regex = createRegex(settings.regex);
    return (event) => regex.test(subject(event.record).toString('utf8'));
  }
  const prefixes = settings.prefixes.map((prefix) => Buffer.from(prefix));
  return (event) => {
    const text = subject(event.record);
    return prefixes.some((prefix) => text.length >= prefix.length && prefix.compare(text, 0, prefix.length) === 0);
  };
}

/** As in .NET, a backslash before any character that means nothing by itself (`\-`, say) changes nothing. Throws SyntaxError. */
function createRegex(source: string): RegExp {
  const plain = (escape: string, character: string): string => (/[\w^$\\.*+?()[\]{}|/]/u.test(character) ? escape : `\\u{${character.codePointAt(0)!.toString(16)}}`);
  return new RegExp(source.replace(/\\([^])/gu, plain), 'u');
}

import { LINK_TYPE, recordCreated, recordCustomMetadata, recordData, recordId, recordStreamName, recordType, type StoredEvent } from '../protocol/recorded-event.js';
import { isMetadataStream } from '../storage/stream-heads.js';
import { parseStreamMetadata } from '../storage/stream-metadata.js';

/** A link that a system projection writes for an event. */
export interface ProjectedLink {
  /** The link stream. */
  readonly stream: string;
  /** `revision@stream`. */
  readonly target: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const LINK = LINK_TYPE.toString();
const TOMBSTONE_TYPE = '$streamDeleted';
/** What a tombstone's revision is to clients. */
const TOMBSTONE_REVISION = '9223372036854775807';

export const BY_TYPE_PREFIX = '$et-';

interface Subject {
  readonly stream: string;
  /** The stream itself, or the one whose metadata this is. */
  readonly original: string;
  readonly type: string;
  readonly deletes: boolean;
  readonly target: string;
  readonly causes: Readonly<Record<string, unknown>>;
}

/**
 * The links that `$by_category`, `$streams`, `$by_event_type` and `$by_correlation_id` make for an event. As in
 * EventStoreDB they pass over system streams and their metadata, so that no link is made for a link of theirs.
 */
export function linksOf(event: StoredEvent): ProjectedLink[] {
  const subject = subjectOf(event);
  if (subject.original.startsWith('$')) return [];
  return [byCategory(event, subject), byStream(event, subject), byType(event, subject), byCorrelation(event, subject)].filter((link) => link !== undefined);
}

function subjectOf(event: StoredEvent): Subject {
  const stream = recordStreamName(event.record).toString('utf8');
  const ofMetadata = isMetadataStream(stream);
  const type = recordType(event.record).toString('utf8');
  const tombstone = type === TOMBSTONE_TYPE;
  const deletes = tombstone || (ofMetadata && type === '$metadata' && parseStreamMetadata(recordData(event.record)).softDeleted);
  return {
    stream,
    original: ofMetadata ? stream.slice(2) : stream,
    type,
    deletes,
    target: `${tombstone ? TOMBSTONE_REVISION : event.revision}@${stream}`,
    causes: { $c: event.position, $p: event.position, $causedBy: recordId(event.record) },
  };
}

/** Up to the first hyphen. A deletion is told to the category of the deleted stream. */
function byCategory(event: StoredEvent, { stream, original, type, deletes, target, causes }: Subject): ProjectedLink | undefined {
  const named = deletes ? original : stream;
  const hyphen = named.startsWith('$') ? -1 : named.indexOf('-');
  if (hyphen < 1) return undefined;
  const metadata = { ...causes, $o: named, ...(deletes ? { $deleted: -1 } : {}) };
  // A link in a user's stream is passed on to what it points to: links to links cannot be resolved.
  return { stream: `$ce-${named.slice(0, hyphen)}`, target: type === LINK ? recordData(event.record).toString('utf8') : target, metadata };
}

function byStream(event: StoredEvent, { target, causes }: Subject): ProjectedLink | undefined {
  return event.revision === 0 ? { stream: '$streams', target, metadata: causes } : undefined;
}

/** A deletion is told of the deleted stream, also when it is an event of its metadata. */
function byType(event: StoredEvent, { original, type, deletes, target, causes }: Subject): ProjectedLink | undefined {
  if (type === LINK) return undefined;
  if (!deletes) return { stream: BY_TYPE_PREFIX + type, target, metadata: causes };
  const ofStream = type === TOMBSTONE_TYPE ? target : `${event.revision}@${original}`;
  return { stream: `${BY_TYPE_PREFIX}$deleted`, target: ofStream, metadata: { ...causes, $deleted: -1 } };
}

function byCorrelation(event: StoredEvent, { type, target, causes }: Subject): ProjectedLink | undefined {
  if (type === LINK) return undefined;
  const id = jsonObject(recordCustomMetadata(event.record))?.['$correlationId'];
  if ((typeof id !== 'string' || id === '') && typeof id !== 'number') return undefined;
  return { stream: `$bc-${id}`, target, metadata: { ...causes, $eventTimestamp: microseconds(recordCreated(event.record)) } };
}

function microseconds(time: number): string {
  return new Date(time).toISOString().replace('Z', '000Z');
}

/** Undefined for bytes that are anything else. */
export function jsonObject(bytes: Buffer): Readonly<Record<string, unknown>> | undefined {
  if (bytes.length === 0) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    // Metadata is the client's own and need not be JSON.
    return undefined;
  }
}

import type { Caller } from '../security/gate.js';
import { EventMessage } from './read-codec.js';
import type { ReadRequest } from './read-request.js';
import { recordStreamName, withStructuredId, type StoredEvent } from './recorded-event.js';
import type { Store } from '../storage/store.js';

/** The event behind a link that somebody may see: anybody can write a link to anything. Null if it has to stay away. */
export function visibleTarget(caller: Caller, target: StoredEvent | null): StoredEvent | null {
  return target !== null && caller.may('read', recordStreamName(target.record).toString('utf8')) ? target : null;
}

/** ReadResp for an event, with a link's target in front if links are to be resolved. */
export function eventMessage(store: Store, caller: Caller, event: StoredEvent, { resolveLinks, textIds }: ReadRequest): EventMessage {
  const target = resolveLinks ? store.reader.resolveLink(event) : undefined;
  const record = target === undefined ? event.record : visibleTarget(caller, target)?.record;
  const link = target === undefined ? undefined : event.record;
  return messageOf(record, link, event.position, textIds);
}

/** @param textIds ids as text, as they are stored, and not as two numbers */
export function messageOf(record: Buffer | undefined, link: Buffer | undefined, position: number, textIds: boolean, retries?: number): EventMessage {
  if (textIds) return new EventMessage(record, link, position, retries);
  return new EventMessage(record && withStructuredId(record), link && withStructuredId(link), position, retries);
}

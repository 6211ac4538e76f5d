import { setImmediate as nextTurn } from 'node:timers/promises';

import { eventMessage } from '../protocol/event-message.js';
import { streamDeleted } from '../protocol/errors.js';
import type { Caller } from '../security/gate.js';
import { PageSize } from '../protocol/page-size.js';
import { firstStreamPosition, lastStreamPosition, streamNotFound } from '../protocol/read-codec.js';
import type { ReadRequest } from '../protocol/read-request.js';
import type { StoredEvent } from '../protocol/recorded-event.js';
import type { StreamView } from '../storage/event-reader.js';
import type { Store } from '../storage/store.js';
import { isInAll } from './event-filter.js';
import type { Call } from '../transport/call.js';

/** Gives the next events in the direction of the read, at most `limit`, none at the end. */
type Pages = (limit: number) => readonly StoredEvent[];

type PageRequest = ReadRequest & { count: number };

/** Events that EventStoreDB looks at before it says where a stream begins. */
const FIRST_LOOK = 32;

/**
 * Serves a read that ends. It shows what was there when it began: events appended meanwhile are left out, or a reader
 * of a busy store would never finish. Throws stream-deleted for a stream with a tombstone.
 */
export async function serveRead(store: Store, caller: Caller, request: PageRequest, call: Call): Promise<void> {
  const { stream } = request;
  if (stream === undefined) {
    await sendPages(pagesOfAll(store, request), store, caller, request, call);
    return call.end();
  }
  const view = store.reader.view(stream);
  if (view.state === 'tombstoned') throw streamDeleted(stream);
  if (view.state === 'absent') {
    await call.send(streamNotFound(stream));
    return call.end();
  }
  const begins = request.tellsEnds ? newBeginning(request, view) : undefined;
  if (begins !== undefined) await call.send(firstStreamPosition(begins));
  await sendPages(pagesOfStream(store, request, view), store, caller, request, call);
  if (request.tellsEnds) await call.send(lastStreamPosition(view.last));
  call.end();
}

async function sendPages(pages: Pages, store: Store, caller: Caller, request: PageRequest, call: Call): Promise<void> {
  const size = new PageSize();
  let rest = request.count;
  while (rest > 0 && !call.closed) {
    const page = pages(request.filter ? size.limit : Math.min(size.limit, rest));
    if (page.length === 0) break;
    size.learn(page);
    for (const event of page) {
      if (rest === 0 || call.closed) break;
      if (request.stream === undefined && !isInAll(event)) continue;
      if (request.filter && !request.filter.matches(event)) continue;
      rest--;
      if (!call.write(eventMessage(store, caller, event, request))) await call.drained();
    }
    await nextTurn();
  }
}

function pagesOfAll(store: Store, { from, backwards }: ReadRequest): Pages {
  const { reader, writer } = store;
  const end = writer.lastPosition;
  if (backwards) {
    let before = from === 'end' ? end + 1 : from === 'start' ? 0 : from;
    return (limit) => {
      const page = reader.allBackwards(before, limit);
      before = page[page.length - 1]?.position ?? 0;
      return page;
    };
  }
  let after = from === 'end' ? end : from === 'start' ? 0 : from - 1;
  return (limit) => {
    const page = reader.allForwards(after, end, limit);
    after = page[page.length - 1]?.position ?? end;
    return page;
  };
}

function pagesOfStream(store: Store, { from, backwards }: ReadRequest, { head, first, last }: StreamView): Pages {
  let at = startRevision(from, backwards, first, last);
  return (limit) => {
    const page = backwards ? store.reader.streamBackwards(head, at, first, limit) : store.reader.streamForwards(head, at, last, limit);
    const newest = page[page.length - 1];
    if (newest !== undefined) at = newest.revision + (backwards ? -1 : 1);
    return page;
  };
}

/** Where the stream begins or, for a read from behind it, goes on: undefined if what is looked at first holds events. */
function newBeginning({ from, backwards, count }: PageRequest, { first, last }: StreamView): number | undefined {
  if (backwards) return undefined;
  const wanted = typeof from === 'number' ? from : 0;
  const lookedAt = wanted + Math.min(FIRST_LOOK, count) - 1;
  if (Math.max(wanted, first) <= Math.min(lookedAt, last)) return undefined;
  const begins = first > lookedAt ? first : last + 1;
  return begins === wanted ? undefined : begins;
}

function startRevision(from: ReadRequest['from'], backwards: boolean, first: number, last: number): number {
  const wanted = from === 'start' ? (backwards ? 0 : first) : from === 'end' ? (backwards ? last : last + 1) : from;
  return backwards ? Math.min(wanted, last) : Math.max(wanted, first);
}

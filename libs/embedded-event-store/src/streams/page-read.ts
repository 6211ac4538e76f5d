import { setImmediate as nextTurn } from 'node:timers/promises';

import { eventMessage } from '../protocol/event-message.js';
import { streamDeleted } from '../protocol/errors.js';
import type { Caller } from '../security/gate.js';
import { PageSize } from '../protocol/page-size.js';
import { streamNotFound } from '../protocol/read-codec.js';
import type { ReadRequest } from '../protocol/read-request.js';
import type { StoredEvent } from '../protocol/recorded-event.js';
import type { Store } from '../storage/store.js';
import type { Call } from '../transport/call.js';

/** Gives the next events in the direction of the read, at most `limit`, none at the end. */
type Pages = (limit: number) => readonly StoredEvent[];

/**
 * Serves a read that ends. It shows what was there when it began: events appended meanwhile are left out, or a reader
 * of a busy store would never finish. Throws stream-deleted for a stream with a tombstone.
 */
export async function serveRead(store: Store, caller: Caller, request: ReadRequest & { count: number }, call: Call): Promise<void> {
  const pages = request.stream === undefined ? pagesOfAll(store, request) : pagesOfStream(store, request, request.stream);
  if (pages === undefined) {
    await call.send(streamNotFound(request.stream ?? ''));
    return call.end();
  }
  const size = new PageSize();
  let rest = request.count;
  while (rest > 0 && !call.closed) {
    const page = pages(request.filter ? size.limit : Math.min(size.limit, rest));
    if (page.length === 0) break;
    size.learn(page);
    for (const event of page) {
      if (rest === 0 || call.closed) break;
      if (request.filter && !request.filter.matches(event)) continue;
      rest--;
      if (!call.write(eventMessage(store, caller, event, request.resolveLinks))) await call.drained();
    }
    await nextTurn();
  }
  call.end();
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

/** Undefined if there is no such stream. */
function pagesOfStream(store: Store, { from, backwards }: ReadRequest, stream: string): Pages | undefined {
  const { head, state, first, last } = store.reader.view(stream);
  if (state === 'tombstoned') throw streamDeleted(stream);
  if (state === 'absent') return undefined;
  let at = startRevision(from, backwards, first, last);
  return (limit) => {
    const page = backwards ? store.reader.streamBackwards(head, at, first, limit) : store.reader.streamForwards(head, at, last, limit);
    const newest = page[page.length - 1];
    if (newest !== undefined) at = newest.revision + (backwards ? -1 : 1);
    return page;
  };
}

function startRevision(from: ReadRequest['from'], backwards: boolean, first: number, last: number): number {
  const wanted = from === 'start' ? (backwards ? 0 : first) : from === 'end' ? (backwards ? last : last + 1) : from;
  return backwards ? Math.min(wanted, last) : Math.max(wanted, first);
}

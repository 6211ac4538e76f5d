import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { eventMessage } from '../protocol/event-message.js';
import { watchRights } from '../security/access-rules.js';
import { demand, type Caller } from '../security/gate.js';
import { ALL } from '../persistent/persistent-settings.js';
import { CAUGHT_UP, checkpoint, confirmation, FELL_BEHIND } from '../protocol/read-codec.js';
import type { ReadRequest } from '../protocol/read-request.js';
import type { StoredEvent } from '../protocol/recorded-event.js';
import type { Store } from '../storage/store.js';
import { isInAll } from './event-filter.js';
import { sourceAfter, type SubscriptionSource } from './subscription-source.js';
import type { Call } from '../transport/call.js';

/**
 * Serves a subscription until its client leaves: confirmation, history, caught up, live events. It pulls a page when the
 * client has taken the last one, so a slow client costs one page of memory: it falls behind, is told so, and reads history
 * again until it has caught up.
 */
export async function serveSubscription(store: Store, caller: Caller, request: ReadRequest, call: Call): Promise<void> {
  const source = sourceAfter(store, request.stream, request.from);
  const name = request.stream ?? ALL;
  // Subscriptions last long: the right may be taken away meanwhile, also when nothing new comes.
  call.whenClosed(watchRights(store, name, () => {
    if (!call.closed && !caller.may('read', name)) call.fail(caller.denied('read', name));
  }));
  await call.send(confirmation(randomUUID()));
  const deliver = createDelivery(store, caller, request, call);
  let live = false;
  while (!call.closed) {
    const page = source.next();
    if (page.length > 0) {
      // The user may have lost its groups, or be gone, since the last page.
      demand(caller, 'read', name);
      if (live && source.behind) {
        live = false;
        await call.send(FELL_BEHIND);
      }
      await deliver(page);
      // Other callers get their turn between pages, also if a filter lets nothing through.
      await nextTurn();
    } else if (!live) {
      live = true;
      await call.send(CAUGHT_UP);
    } else {
      await newEvents(store, source, call);
    }
  }
}

function createDelivery(
  store: Store,
  caller: Caller,
  request: ReadRequest,
  call: Call,
): (page: readonly StoredEvent[]) => Promise<void> {
  const { filter, stream } = request;
  let considered = 0;
  return async (page) => {
    for (const event of page) {
      if (call.closed) return;
      if ((stream !== undefined || isInAll(event)) && (filter === undefined || filter.matches(event))) {
        if (!call.write(eventMessage(store, caller, event, request))) await call.drained();
      }
      if (filter !== undefined && ++considered % filter.checkpointInterval === 0) await call.send(checkpoint(event.position));
    }
  };
}

/** Resolves at the next commit that concerns the source, or when the call is over. */
function newEvents(store: Store, source: SubscriptionSource, call: Call): Promise<void> {
  return new Promise((resolve) => {
    const stop = store.signal.wait(source.stream, resolve);
    call.onceClosed(() => {
      stop();
      resolve();
    });
  });
}

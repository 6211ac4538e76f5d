import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { ANY } from '../protocol/append-codec.js';
import { linksOf, type ProjectedLink } from './link-projections.js';
import { ProjectionCheckpoint } from './projection-checkpoint.js';
import { LINK_TYPE, type ProposedEvent } from '../protocol/recorded-event.js';
import type { Store } from '../storage/store.js';
import { AllSource } from '../streams/subscription-source.js';

/** How long to wait before writing again after the store could not write. */
const RETRY_MS = 1000;

/**
 * Follows `$all` and writes the link streams of the system projections behind what is committed. It begins where it
 * last stopped, so that events from before it was switched on are linked as well.
 */
export class SystemProjections {
  private readonly checkpoint: ProjectionCheckpoint;
  private closed = false;
  private wake: () => void = () => undefined;

  constructor(private readonly store: Store) {
    this.checkpoint = new ProjectionCheckpoint(store.database);
    // Nothing catches what this rejects with: a file that cannot be read any more must not go unnoticed.
    void this.follow(new AllSource(store.reader, this.checkpoint.load()));
  }

  /** Stops at once. What is not linked yet is linked after the next start. */
  close(): void {
    this.closed = true;
    this.wake();
  }

  private async follow(source: AllSource): Promise<void> {
    while (!this.closed) {
      const page = source.next();
      const last = page[page.length - 1];
      const links = page.flatMap(linksOf);
      if (last === undefined) await this.news();
      else if (links.length === 0) await nextTurn();
      else await this.writeSurely(links, last.position);
    }
  }

  private news(): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.store.signal.wait(undefined, resolve);
      this.wake = () => {
        stop();
        resolve();
      };
    });
  }

  /** Tries again for as long as the store cannot write (its disk is full, say): clients are told of that already. */
  private async writeSurely(links: readonly ProjectedLink[], position: number): Promise<void> {
    while (!this.closed && !(await this.write(links, position))) await this.pause();
  }

  /** Resolves with whether the links are durable; if not, none of them was written. */
  private write(links: readonly ProjectedLink[], position: number): Promise<boolean> {
    const events = links.map((link) => ({ stream: link.stream, event: linkEvent(link) }));
    return new Promise((resolve) => {
      this.store.commits.submit(
        () => {
          // A link stream that somebody ended for good refuses its links, and is to stay as it is.
          for (const { stream, event } of events) this.store.writer.append(stream, ANY, [event]);
          this.checkpoint.save(position);
        },
        () => resolve(true),
        () => resolve(false),
      );
    });
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, RETRY_MS);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function linkEvent({ target, metadata }: ProjectedLink): ProposedEvent {
  return { id: randomUUID(), type: LINK_TYPE, json: false, metadata: Buffer.from(JSON.stringify(metadata)), data: Buffer.from(target) };
}

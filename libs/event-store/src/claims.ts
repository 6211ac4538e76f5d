import { ErrorType, type EventData, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { canonicalJson, SlipwayError, type StreamOwner, STREAMS } from '@slipway/kernel';
import type { AppendClient } from './append-client.js';
import { mayNotBegin } from './categories-kept-apart.js';
import { hasErrorType } from './client-errors.js';
import { WrongExpectedRevision } from './event-store.js';
import { metadataStreamOf } from './newest.js';
import { claimOf, NOT_A_REVISION } from './rights.js';

/** The newest metadata of a stream; undefined when it has none. Throws the client's error. */
export type ReadMetadata = (stream: string) => Promise<unknown>;

/** Its metadata as an event. */
export const claimEvent = (owner: StreamOwner): EventData => jsonEvent({ type: '$metadata', data: { ...claimOf(owner) } });

/**
 * On a server without stream policies a stream belongs to who writes its metadata first, and nobody appends to one without. So its owner
 * claims a stream before the first event. A crash in between leaves a claim that the next try finds.
 * Whether the server wants that is seen by trying, once: an append to a stream of the service's own that nobody has claimed.
 */
export class Claims {
  private wanted: Promise<boolean> | undefined;

  constructor(
    private readonly owner: StreamOwner,
    private readonly client: AppendClient,
    private readonly timeoutMs: number,
    private readonly read: ReadMetadata,
  ) {}

  /**
   * Makes the first append to a stream. Throws SlipwayError STREAM_TAKEN when its metadata is another's or says more than the claim (a
   * limit, say, that would hide history); WrongExpectedRevision when a replica claims it just now; the client's error, as when the service
   * may not read the metadata.
   */
  async begin<T>(stream: string, append: () => Promise<T>): Promise<T> {
    const wanted = await this.areWanted();
    if (wanted) await this.claim(stream);
    try {
      return await append();
    } catch (error) {
      if (wanted || !hasErrorType(error, ErrorType.ACCESS_DENIED)) throw error;
      // The server was set up anew since it was asked.
      this.wanted = undefined;
      if (!(await this.areWanted())) throw error;
      return this.begin(stream, append);
    }
  }

  private async claim(stream: string): Promise<void> {
    try {
      await this.client.append(metadataStreamOf(stream), [claimEvent(this.owner)], NO_STREAM, this.timeoutMs);
    } catch (error) {
      if (!hasErrorType(error, ErrorType.ACCESS_DENIED) && !hasErrorType(error, ErrorType.WRONG_EXPECTED_VERSION)) throw error;
      await this.checkClaimed(stream);
    }
  }

  private async checkClaimed(stream: string): Promise<void> {
    const found = await this.read(stream);
    if (found === undefined) {
      // Not to be seen yet on the node that was asked, or the server follows policies by now.
      this.wanted = undefined;
      throw new WrongExpectedRevision(stream, 'no-stream');
    }
    if (canonicalJson(found) === canonicalJson(claimOf(this.owner))) return;
    throw new SlipwayError('STREAM_TAKEN', `${stream} is not ${this.owner}'s alone: somebody else wrote its metadata (${canonicalJson(found)}); node deploy/event-store/set-up.mjs names all such streams`);
  }

  private areWanted(): Promise<boolean> {
    this.wanted ??= mayNotBegin(STREAMS[this.owner][0], (stream, event) => this.client.append(stream, [event], NOT_A_REVISION, this.timeoutMs)).catch((error: unknown) => {
      this.wanted = undefined;
      throw error;
    });
    return this.wanted;
  }
}

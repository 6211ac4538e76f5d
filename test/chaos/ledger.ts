import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { ANY, EventStoreDBClient, jsonEvent, NO_STREAM, START, StreamNotFoundError } from '@eventstore/db-client';

const WRITERS = 24;

interface Stream {
  readonly name: string;
  /** Ids of acknowledged events, by revision. */
  readonly acknowledged: string[];
  /** Ids of an append that nobody answered: the server may or may not have it. It is repeated until it is answered. */
  unsure: string[];
  /** Up to where the stream was compared. */
  verified: number;
}

export interface Verdict {
  readonly lost: number;
  readonly doubled: number;
}

/** What clients were promised over many lives of a server, and whether it was kept. */
export class Ledger {
  private readonly streams: Stream[] = Array.from({ length: WRITERS }, (_, n) => ({ name: `stream-${n}`, acknowledged: [], unsure: [], verified: 0 }));

  get acknowledged(): number {
    return this.streams.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
  }

  /** Writes with the official client, to all streams at once, until the server is gone. */
  async writeUntil(connectionString: string, gone: Promise<void>): Promise<void> {
    const client = EventStoreDBClient.connectionString(connectionString);
    let over = false;
    for (const [writer, stream] of this.streams.entries()) {
      const loop = async (): Promise<void> => {
        while (!over) await this.append(client, stream, writer, () => over);
      };
      // What ends a writer is the death of its server; an append that is under way then may also never settle.
      loop().catch(() => undefined);
    }
    await gone;
    // Answers that had left the server before it died still count.
    await pause(30);
    over = true;
    await client.dispose();
  }

  private async append(client: EventStoreDBClient, stream: Stream, writer: number, over: () => boolean): Promise<void> {
    const { name, acknowledged } = stream;
    if (stream.unsure.length === 0) stream.unsure = Array.from({ length: 1 + (acknowledged.length % 3) }, () => randomUUID());
    const ids = stream.unsure;
    const last = acknowledged.length - 1;
    const expectedRevision = writer % 3 === 0 ? ANY : last < 0 ? NO_STREAM : BigInt(last);
    const events = ids.map((id) => jsonEvent({ id, type: 'Written', data: { stream: name, filler: 'x'.repeat(200) } }));
    await client.appendToStream(name, events, { expectedRevision });
    if (over()) return;
    acknowledged.push(...ids);
    stream.unsure = [];
  }

  /** Compares the streams with what was acknowledged: what is new since the last time, or all of it. */
  async verify(connectionString: string, extent: 'new' | 'all'): Promise<Verdict> {
    const client = EventStoreDBClient.connectionString(connectionString);
    try {
      let lost = 0;
      let doubled = 0;
      for (const stream of this.streams) {
        const from = extent === 'all' ? 0 : stream.verified;
        const found = await readIds(client, stream.name, from);
        const wanted = stream.acknowledged.slice(from);
        const behind = found.slice(wanted.length);
        lost += wanted.filter((id, index) => found[index] !== id).length;
        doubled += found.length - new Set(found).size;
        // Behind the acknowledged ones may stand the whole of the unanswered append, and nothing else.
        if (behind.length > 0 && behind.join() !== stream.unsure.join()) doubled += behind.length;
        stream.verified = stream.acknowledged.length;
      }
      return { lost, doubled };
    } finally {
      await client.dispose();
    }
  }
}

async function readIds(client: EventStoreDBClient, stream: string, from: number): Promise<string[]> {
  const ids: string[] = [];
  try {
    for await (const { event } of client.readStream(stream, { fromRevision: from === 0 ? START : BigInt(from) })) ids.push(event!.id);
  } catch (error) {
    if (!(error instanceof StreamNotFoundError)) throw error;
  }
  return ids;
}

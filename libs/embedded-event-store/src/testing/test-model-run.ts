import { deepStrictEqual } from 'node:assert';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ReadResp } from '@eventstore/db-client/generated/streams_pb';
import * as fc from 'fast-check';

import { ANY, NO_STREAM, STREAM_EXISTS } from '../protocol/append-codec.js';
import { ANYBODY } from '../security/gate.js';
import { serveRead } from '../streams/page-read.js';
import { bytesOf } from './bytes-of.js';
import type { Call } from '../transport/call.js';
import type { OutgoingMessage } from '../transport/outbox.js';
import { openStore, type Store } from '../storage/store.js';
import type { WriteOutcome } from '../storage/stream-writer.js';
import { EventStoreModel, type ModelOutcome, type ModelRead, type ReadStep } from './test-model.js';
import { steps, STREAMS, type Expectation, type Step } from './test-model-steps.js';

/** In memory where there is such a place: what is compared is behaviour, and other tests care for the disk. */
const FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** Tries so many random sequences. Returns the first difference, shrunk, or undefined. */
export async function compareWithModel(sequences: number, seed: number): Promise<string | undefined> {
  const property = fc.asyncProperty(steps, async (sequence) => {
    const run = new ModelRun();
    try {
      for (const step of sequence) await run.take(step);
      await run.finish();
    } finally {
      run.remove();
    }
  });
  const result = await fc.check(property, { numRuns: sequences, seed });
  return result.failed ? `${fc.defaultReportMessage(result)}\n${String(result.errorInstance)}` : undefined;
}

/** One store and one model that are told the same. Throws where they differ. */
class ModelRun {
  private readonly directory = mkdtempSync(join(FOLDER, 'event-store-model-'));
  private store: Store = openStore(this.directory);
  private readonly model = new EventStoreModel();
  private readonly pending: Promise<void>[] = [];
  private ids = 0;

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'restart':
        await this.settle();
        this.store.close();
        this.store = openStore(this.directory);
        return;
      case 'read':
        await this.settle();
        await this.compareRead(step.read, `${step.metadata ? '$$' : ''}${STREAMS[step.stream]!}`);
        return;
      case 'read all':
        await this.settle();
        await this.compareRead(step.read, undefined);
        return;
      default:
        this.write(step);
        if (!step.together) await this.settle();
    }
  }

  /** At the end everything has to be equal, also what no step looked at. */
  async finish(): Promise<void> {
    await this.settle();
    const all = { from: 'start', backwards: false, count: 10_000 } as const;
    for (const stream of STREAMS) {
      await this.compareRead(all, stream);
      await this.compareRead(all, `$$${stream}`);
    }
    await this.compareRead(all, undefined);
  }

  remove(): void {
    this.store.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private write(step: Extract<Step, { together: boolean }>): void {
    const stream = STREAMS[step.stream]!;
    if (step.do === 'metadata') {
      this.append(`$$${stream}`, ANY, [this.freshId()], '$metadata', JSON.stringify(step.document));
    } else if (step.do === 'append') {
      this.append(stream, this.expected(stream, step.expects), this.idsOf(step), 'Happened', '{"n":1}');
    } else {
      const expected = this.expected(stream, step.expects);
      const wanted = this.model[step.do](stream, expected);
      this.submit(() => this.store.writer[step.do](stream, expected), wanted);
    }
  }

  private append(stream: string, expected: number, ids: readonly string[], type: string, data: string): void {
    const wanted = this.model.append(stream, expected, ids, type, data);
    const events = ids.map((id) => ({ id, type: Buffer.from(type), json: true, metadata: Buffer.alloc(0), data: Buffer.from(data) }));
    this.submit(() => this.store.writer.append(stream, expected, events), wanted);
  }

  private submit(run: () => WriteOutcome, wanted: ModelOutcome): void {
    this.pending.push(
      this.store.commits.perform(run).then((outcome) => {
        // A delete is answered without a revision, so the model has none.
        const seen = wanted.kind === 'written' && outcome.kind === 'written' && wanted.revision === undefined
          ? { kind: outcome.kind, position: outcome.position }
          : outcome;
        deepStrictEqual(withoutUndefined(seen), withoutUndefined(wanted));
      }),
    );
  }

  private async settle(): Promise<void> {
    for (const result of await Promise.allSettled(this.pending.splice(0))) if (result.status === 'rejected') throw result.reason;
  }

  private expected(stream: string, expects: Expectation): number {
    if (expects === 'any') return ANY;
    if (expects === 'no stream') return NO_STREAM;
    if (expects === 'stream exists') return STREAM_EXISTS;
    return Math.max(NO_STREAM, this.model.last(stream) + expects);
  }

  private idsOf({ again, fresh, twice }: Extract<Step, { do: 'append' }>): string[] {
    const known = this.model.idsOf(STREAMS[again.of]!).slice(again.from, again.from + again.count);
    const ids = [...known, ...Array.from({ length: fresh }, () => this.freshId())];
    return twice && ids[0] !== undefined ? [ids[0], ...ids] : ids;
  }

  private freshId(): string {
    return `00000000-0000-4000-8000-${(++this.ids).toString(16).padStart(12, '0')}`;
  }

  private async compareRead(read: ReadStep, stream: string | undefined): Promise<void> {
    const wanted = stream === undefined ? this.model.readAll(read) : this.model.readStream(stream, read);
    const seen = await this.read(read, stream);
    // The server makes up the ids of the events that it writes by itself.
    const comparable = typeof wanted === 'object' && typeof seen === 'object'
      ? seen.map((event, index) => (wanted[index]?.id === undefined ? { ...event, id: undefined } : event))
      : seen;
    deepStrictEqual({ of: stream ?? '$all', read: comparable }, { of: stream ?? '$all', read: wanted });
  }

  private async read(read: ReadStep, stream: string | undefined): Promise<ModelRead> {
    const sink = new CollectingSink();
    try {
      await serveRead(this.store, ANYBODY, { ...read, stream, resolveLinks: false, tellsEnds: false, textIds: true, filter: undefined }, sink as unknown as Call);
    } catch (error) {
      if ((error as Error).message.includes('is deleted')) return 'deleted';
      throw error;
    }
    return sink.result();
  }
}

/** Stands in for a client: takes every message at once. */
class CollectingSink {
  readonly closed = false;
  private readonly messages: Uint8Array[] = [];

  write(message: OutgoingMessage | Uint8Array): boolean {
    this.messages.push(bytesOf(message));
    return true;
  }

  async send(message: OutgoingMessage | Uint8Array): Promise<void> {
    this.write(message);
  }

  async drained(): Promise<void> {}

  end(): void {}

  result(): ModelRead {
    const responses = this.messages.map((message) => ReadResp.deserializeBinary(message));
    if (responses.some((response) => response.hasStreamNotFound())) return 'not found';
    return responses.map((response) => {
      const event = response.getEvent()!.getEvent()!;
      return {
        position: Number(event.getCommitPosition()),
        stream: Buffer.from(event.getStreamIdentifier()!.getStreamName_asU8()).toString(),
        revision: event.getStreamRevision(),
        id: event.getId()!.getString(),
        type: event.getMetadataMap().get('type')!,
        data: Buffer.from(event.getData_asU8()).toString(),
      };
    });
  }
}

function withoutUndefined(outcome: object): object {
  return Object.fromEntries(Object.entries(outcome).filter(([, value]) => value !== undefined));
}

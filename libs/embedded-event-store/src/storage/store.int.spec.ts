import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ANY, NO_STREAM } from '../protocol/append-codec.js';
import { StoreUnavailable } from './group-commit.js';
import { recordId, type ProposedEvent } from '../protocol/recorded-event.js';
import { openStore, type Store } from './store.js';
import type { WriteOutcome } from './stream-writer.js';
import { testEvent } from '../testing/test-support.js';

jest.setTimeout(30_000);

let directory: string;
let store: Store;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'embedded-event-store-'));
  store = openStore(directory);
});
afterEach(() => {
  store.close();
  rmSync(directory, { recursive: true, force: true });
});

function proposed(id = testEvent(0).id): ProposedEvent {
  return { id, type: Buffer.from('T'), json: false, metadata: Buffer.alloc(0), data: Buffer.from('data') };
}

const append = (stream: string, expected: number, ...events: ProposedEvent[]): Promise<WriteOutcome> =>
  store.commits.perform(() => store.writer.append(stream, expected, events));

describe('group commit', () => {
  it('puts what arrives together into one transaction, in order', async () => {
    let commits = 0;
    const run = store.database.commit.run.bind(store.database.commit);
    jest.spyOn(store.database.commit, 'run').mockImplementation(() => (commits++, run()));
    const outcomes = await Promise.all(Array.from({ length: 50 }, (_, n) => append('stream', n - 1, proposed())));
    expect(commits).toBe(1);
    expect(outcomes.map((outcome) => outcome.kind === 'written' && outcome.revision)).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  it('shows readers and waiters only what is committed', async () => {
    const woken: number[] = [];
    store.signal.wait('stream', () => woken.push(store.reader.view('stream').last));
    const pending = append('stream', NO_STREAM, proposed());
    expect(store.reader.view('stream').state).toBe('absent');
    await pending;
    expect(woken).toEqual([0]);
  });

  it('answers a repeat in the same batch like the write it repeats', async () => {
    const event = proposed();
    const [first, second] = await Promise.all([append('stream', ANY, event), append('stream', ANY, event)]);
    expect(second).toEqual(first);
    expect(store.reader.view('stream').last).toBe(0);
  });

  it('refuses all of a batch that cannot be committed, forgets it, and goes on when writing works again', async () => {
    await append('stream', ANY, proposed());
    const event = proposed();
    const broken = jest.spyOn(store.database.commit, 'run').mockImplementation(() => {
      throw new Error('disk full');
    });
    const refused = await Promise.allSettled([append('stream', 0, event), append('other', NO_STREAM, proposed())]);
    for (const result of refused) {
      expect(result).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) as unknown });
      expect(String((result as PromiseRejectedResult).reason)).toMatch(/cannot write: disk full/);
    }
    expect(store.reader.view('stream').last).toBe(0);
    expect(store.reader.view('other').state).toBe('absent');
    expect(store.reader.allForwards(0, Infinity, 10)).toHaveLength(1);
    broken.mockRestore();
    expect(await append('stream', 0, event)).toEqual({ kind: 'written', revision: 1, position: 2 });
    expect(store.reader.allForwards(0, Infinity, 10).map(({ record }) => recordId(record))[1]).toBe(event.id);
  });

  it('acknowledges and shows nothing before the disk has it, and lets others read meanwhile', async () => {
    await append('stream', ANY, proposed());
    let confirm!: () => void;
    jest.spyOn(store.database.wal, 'sync').mockImplementationOnce((done) => (confirm = () => done(null)));
    let acknowledged = false;
    const pending = append('stream', 0, proposed()).then(() => (acknowledged = true));
    while (confirm === undefined) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(acknowledged).toBe(false);
    expect(store.reader.view('stream').last).toBe(0);
    expect(store.reader.eventAt('stream', 1)).toBeUndefined();
    expect(store.reader.allForwards(0, Infinity, 10)).toHaveLength(1);
    expect(store.reader.allForwards(0, 10, 10)).toHaveLength(1);
    expect(store.reader.allBackwards(10, 10)).toHaveLength(1);
    confirm();
    await pending;
    expect(store.reader.view('stream').last).toBe(1);
    expect(store.reader.allForwards(0, Infinity, 10)).toHaveLength(2);
  });

  it('accepts nothing more after a sync that failed, and says so', async () => {
    jest.spyOn(store.database.wal, 'sync').mockImplementationOnce((done) => done(new Error('EIO')));
    await expect(append('stream', ANY, proposed())).rejects.toThrow(/the disk failed.*EIO/);
    expect((await store.failure).message).toMatch(/EIO/);
    await expect(append('stream', ANY, proposed())).rejects.toThrow(StoreUnavailable);
    expect(store.reader.view('stream').state).toBe('absent');
  });

  it('refuses appends when the disk is full, and takes them again when there is room', async () => {
    await append('stream', ANY, proposed());
    const { connection } = store.database;
    connection.pragma(`max_page_count = ${connection.pragma('page_count', { simple: true }) as number}`);
    const large = (): ProposedEvent => ({ ...proposed(), data: Buffer.alloc(100_000) });
    await expect(append('stream', 0, large())).rejects.toThrow(/cannot write: database or disk is full/);
    expect(store.reader.view('stream').last).toBe(0);
    connection.pragma('max_page_count = 1000000');
    expect(await append('stream', 0, large())).toMatchObject({ revision: 1, position: 2 });
  });

  it('commits what is queued when it is closed, and refuses what comes later', async () => {
    const queued = append('stream', ANY, proposed());
    store.commits.close();
    expect((await queued).kind).toBe('written');
    await expect(append('stream', ANY, proposed())).rejects.toThrow(/shutting down/);
  });
});

describe('opening', () => {
  it('goes on behind the last position and revision', async () => {
    await append('stream', ANY, proposed(), proposed());
    store.close();
    store = openStore(directory);
    expect(await append('stream', 1, proposed())).toEqual({ kind: 'written', revision: 2, position: 3 });
  });

  it('refuses a database of a later version', () => {
    store.database.connection.pragma('user_version = 99');
    store.close();
    expect(() => openStore(directory)).toThrow(/schema version 99/);
    expect(() => openStore(directory)).toThrow(/schema version 99/);
  });
});

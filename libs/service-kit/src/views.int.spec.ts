import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InMemoryEventStore, type NewEvent, type RecordedEvent } from '@slipway/event-store';
import type { Database } from 'better-sqlite3';
import pino from 'pino';
import type { ServiceConfig } from './config.js';
import type { Projection } from './projection.js';
import { Views } from './views.js';

const noted = (id: number): NewEvent => ({
  id: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
  type: 'Noted',
  data: { text: `note ${id}` },
  metadata: { $correlationId: 'c', $causationId: `k${id}`, actor: 'person:a', commandDigest: 'd', schema: 1 },
});

class Notes implements Projection {
  readonly tables = 'create table note (id text primary key, text text not null)';
  readonly prefixes = ['note-'];
  readonly on = {
    Noted: (event: RecordedEvent<{ type: 'Noted'; data: { text: string } }>, db: Database) => {
      db.prepare('insert into note values (?, ?)').run(event.id, event.data.text);
    },
  };
}

/** The same tables, filled otherwise: what a new release of Slipway may bring. */
class ShoutedNotes extends Notes {
  override readonly on = {
    Noted: (event: RecordedEvent<{ type: 'Noted'; data: { text: string } }>, db: Database) => {
      db.prepare('insert into note values (?, ?)').run(event.id, event.data.text.toUpperCase());
    },
  };
}

describe('views', () => {
  let directory: string;
  let store: InMemoryEventStore;
  const open: Views[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'views-'));
    store = new InMemoryEventStore();
  });

  afterEach(async () => {
    for (const views of open.splice(0)) await views.onApplicationShutdown();
    await store.close();
    rmSync(directory, { recursive: true });
  });

  function start(projections: Projection[] = [new Notes()]): Views {
    const config = { SLIPWAY_DATA: directory } as ServiceConfig;
    const views = new Views(config, store, projections, { name: 'test', owns: [] }, pino({ level: 'silent' }));
    views.onApplicationBootstrap();
    open.push(views);
    return views;
  }

  async function stop(views: Views): Promise<void> {
    open.splice(open.indexOf(views), 1);
    await views.onApplicationShutdown();
  }

  const note = async (from: number, count: number): Promise<string> => {
    let position = '';
    for (let id = from; id < from + count; id++) ({ position } = await store.append(`note-${id}`, [noted(id)], 'no-stream'));
    return position;
  };

  const texts = (views: Views): unknown[] => views.db.prepare('select text from note order by id').pluck().all();

  it('reflect what a caller has written, when asked to wait for it', async () => {
    const views = start();
    await views.waitFor(await note(1, 3));
    expect(texts(views)).toEqual(['note 1', 'note 2', 'note 3']);
  });

  it('say that they are late', async () => {
    const views = start();
    await note(1, 1);
    await expect(views.waitFor('99999999999999999999/99999999999999999999', 50)).rejects.toMatchObject({ code: 'TIMED_OUT' });
  });

  it('go on where they were after a restart', async () => {
    const first = start();
    await first.waitFor(await note(1, 2));
    await stop(first);
    const position = await note(3, 1);
    const second = start();
    await second.waitFor(position);
    expect(texts(second)).toEqual(['note 1', 'note 2', 'note 3']);
  });

  it('are made anew when a projection changed', async () => {
    const first = start();
    const position = await note(1, 1);
    await first.waitFor(position);
    await stop(first);
    const second = start([new ShoutedNotes()]);
    await second.waitFor(position);
    expect(texts(second)).toEqual(['NOTE 1']);
  });

  it('rebuild to the same rows while they answer and the log grows', async () => {
    const views = start();
    await views.waitFor(await note(1, 2_000));
    const growing = note(3_000, 200);
    const outcome = await views.rebuild();
    expect(outcome.after).toBe(outcome.before);
    expect(outcome.events).toBeGreaterThanOrEqual(2_000);
    await views.waitFor(await growing);
    expect(texts(views)).toHaveLength(2_200);
  });

  it('show a rebuild that differs: the digest sees a changed row', async () => {
    const views = start();
    await views.waitFor(await note(1, 2));
    views.db.prepare("update note set text = 'forged' where text = 'note 1'").run();
    const outcome = await views.rebuild();
    expect(outcome.after).not.toBe(outcome.before);
    expect(texts(views)).toEqual(['note 1', 'note 2']);
  });

  it('come back after a handler failed', async () => {
    let broken = true;
    class Fragile extends Notes {
      override readonly on = {
        Noted: (event: RecordedEvent<{ type: 'Noted'; data: { text: string } }>, db: Database) => {
          if (broken) throw new Error('not today');
          db.prepare('insert into note values (?, ?)').run(event.id, event.data.text);
        },
      };
    }
    const views = start([new Fragile()]);
    const position = await note(1, 2);
    await expect(views.waitFor(position, 100)).rejects.toMatchObject({ code: 'TIMED_OUT' });
    broken = false;
    await views.waitFor(position);
    expect(texts(views)).toEqual(['note 1', 'note 2']);
  });
});

import { ANY } from '../protocol/append-codec.js';
import type { GroupRow } from '../storage/database.js';
import { groupDropped, groupExists, groupFailed, groupNotFound } from '../protocol/errors.js';
import { PersistentGroup } from './persistent-group.js';
import { ALL, knownStrategy, startAfter, type GroupRequest, type GroupSettings, type Strategy } from './persistent-settings.js';
import type { Store } from '../storage/store.js';
import type { StartPoint } from '../protocol/read-request.js';
import type { CallError } from '../transport/call-error.js';

/** Writing checkpoints waits this long, so that many groups share one commit. */
const SAVE_DELAY_MS = 50;

/** All persistent subscriptions of the store. Methods throw CallError, and StoreUnavailable where they write. */
export class PersistentGroups {
  private readonly groups = new Map<string, PersistentGroup>();
  /** What has, or had, groups since the start. */
  private readonly sources = new Set<string>();
  private readonly unsaved = new Map<string, { stream: string; name: string; checkpoint: number }>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly store: Store) {
    this.load();
  }

  private load(): void {
    for (const row of this.store.database.groups.all()) this.start(row);
  }

  private start(row: GroupRow): void {
    const { stream, name, checkpoint } = row;
    const settings = JSON.parse(row.settings) as GroupSettings;
    const save = (reached: number): void => this.saveSoon(stream, name, reached);
    this.sources.add(stream);
    this.groups.set(keyOf(stream, name), new PersistentGroup(this.store, stream, name, settings, checkpoint, save));
  }

  find(stream: string, name: string): PersistentGroup {
    const group = this.groups.get(keyOf(stream, name));
    if (group === undefined) throw groupNotFound(stream, name);
    return group;
  }

  /** All groups by their streams' names, or those of one stream; throws if that never had any since the start. */
  list(stream?: string): PersistentGroup[] {
    const all = [...this.groups.values()];
    if (stream === undefined) return all.sort((a, b) => (a.stream < b.stream ? -1 : a.stream > b.stream ? 1 : 0));
    if (!this.sources.has(stream)) throw groupNotFound(stream, '');
    return all.filter((group) => group.stream === stream);
  }

  async create(request: GroupRequest): Promise<void> {
    const { stream, group: name } = request;
    const start = this.startOf(request);
    if (this.groups.has(keyOf(stream, name))) throw groupExists(stream, name);
    demandRoom(request);
    const settings: GroupSettings = { ...request.settings, ...start, filter: request.filter };
    await this.write({ stream, name, settings: JSON.stringify(settings), checkpoint: null }, true);
  }

  /** Changes settings; consumers have to connect again. A group that has a checkpoint goes on there. */
  async update(request: GroupRequest): Promise<void> {
    const { stream, group: name } = request;
    const old = this.find(stream, name);
    const start = this.startOf(request);
    demandRoom(request);
    const settings: GroupSettings = { ...request.settings, ...start, filter: old.settings.filter };
    old.stop(groupDropped(stream, name, 'its settings were changed'));
    await this.write({ stream, name, settings: JSON.stringify(settings), checkpoint: old.checkpoint ?? null }, false);
  }

  /** How and where a group starts. Throws why it cannot. */
  private startOf({ stream, group, startFrom, strategy: wanted }: GroupRequest): { startFrom: StartPoint; startAfter: number; strategy: Strategy } {
    const strategy = knownStrategy(wanted);
    if (strategy === undefined) throw groupFailed(stream, group, `there is no consumer strategy ${wanted}`);
    const last = stream === ALL ? this.store.writer.lastPosition : this.store.reader.view(stream).last;
    if (stream === ALL && typeof startFrom === 'number' && startFrom > last) throw groupFailed(stream, group, `the log ends at position ${last}`);
    return { startFrom, startAfter: startAfter(stream, startFrom, last), strategy };
  }

  private async write(row: GroupRow, fresh: boolean): Promise<void> {
    const { stream, name, settings, checkpoint } = row;
    const { insertGroup, saveGroup } = this.store.database;
    const { changes } = await this.store.commits.perform(() => (fresh ? insertGroup : saveGroup).run(stream, name, settings, checkpoint));
    // Two creations of one group may come in at once: the first one wins.
    if (changes === 0) throw groupExists(stream, name);
    this.start(row);
  }

  async delete(stream: string, name: string): Promise<void> {
    const group = this.find(stream, name);
    await this.store.commits.perform(() => {
      this.store.database.deleteGroup.run(stream, name);
      // A later group of that name must not find these.
      this.store.writer.delete(group.parked.name, ANY);
    });
    group.stop(groupDropped(stream, name, 'it was deleted'));
    this.unsaved.delete(keyOf(stream, name));
    this.groups.delete(keyOf(stream, name));
  }

  /** Starts every group again from its checkpoint, without its consumers. */
  async restart(): Promise<void> {
    for (const group of this.groups.values()) group.stop(groupDropped(group.stream, group.name, 'a restart was asked for'));
    this.flush();
    await this.store.commits.perform(() => undefined);
    this.groups.clear();
    this.sources.clear();
    this.load();
  }

  /** Ends all connections and queues the last checkpoints for the commit that closes the store. */
  close(reason: CallError): void {
    for (const group of this.groups.values()) group.stop(reason);
    this.flush();
  }

  private saveSoon(stream: string, name: string, checkpoint: number): void {
    this.unsaved.set(keyOf(stream, name), { stream, name, checkpoint });
    this.timer ??= setTimeout(() => this.flush(), SAVE_DELAY_MS).unref();
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.unsaved.size === 0) return;
    const entries = [...this.unsaved];
    this.unsaved.clear();
    const { saveCheckpoint } = this.store.database;
    const write = (): void => entries.forEach(([, { stream, name, checkpoint }]) => saveCheckpoint.run(checkpoint, stream, name));
    const keep = (): void => {
      for (const [key, entry] of entries) if (!this.unsaved.has(key)) this.unsaved.set(key, entry);
    };
    // A checkpoint that cannot be written waits for the next one; at worst its events come once more after a restart.
    this.store.commits.submit(write, () => undefined, keep);
  }
}

/** A buffer that one read fills would never be read into. */
function demandRoom({ stream, group, settings: { readBatchSize, historyBufferSize } }: GroupRequest): void {
  if (readBatchSize < historyBufferSize) return;
  throw groupFailed(stream, group, `the read batch size ${readBatchSize} has to be below the history buffer size ${historyBufferSize}`);
}

function keyOf(stream: string, name: string): string {
  return `${stream}::${name}`;
}

import { readdirSync, readlinkSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { diskUsage } from './disk-usage.js';
import type { Confinement } from './isolation.js';
import { descendants, memoryOf } from './run-processes.js';
import type { StopSwitch } from './stop-switch.js';

const MEMORY_EVERY_MS = 250;
const DISK_EVERY_MS = 1_000;
/** Of the time between two looks at the disk, what the look itself may take: many small files must not keep us busy. */
const SHARE = 5;

/** Looks at what a run uses, since the machine itself has no limit for the sum, and pulls the switch when it is too much. */
export class UsageWatch {
  private readonly ended = new AbortController();
  private readonly loops: Promise<unknown>;

  constructor(
    private readonly pid: number,
    private readonly confinement: Confinement,
    private readonly stopSwitch: StopSwitch,
  ) {
    this.loops = Promise.all([this.every(MEMORY_EVERY_MS, () => this.lookAtMemory()), this.every(DISK_EVERY_MS, () => this.lookAtDisk())]);
    this.loops.catch((error: Error) => stopSwitch.pull(error));
  }

  stop(): void {
    this.ended.abort();
  }

  /** Call it when the run is over. Gives whether its files are too many after all: it may have been faster than we looked. */
  async end(): Promise<boolean> {
    this.stop();
    await this.loops;
    return (await diskUsage(this.confinement.writable, this.limits.diskBytes)) > this.limits.diskBytes;
  }

  private get limits() {
    return this.confinement.isolation.limits;
  }

  private async lookAtMemory(): Promise<void> {
    const used = descendants(this.pid).reduce((sum, pid) => sum + memoryOf(pid), 0);
    if (used > this.limits.memoryBytes) this.stopSwitch.pull('memoryLimit');
  }

  private async lookAtDisk(): Promise<void> {
    const open = removedFiles(descendants(this.pid));
    const used = open + (await diskUsage(this.confinement.writable, this.limits.diskBytes));
    if (used > this.limits.diskBytes) this.stopSwitch.pull('diskLimit');
  }

  private async every(ms: number, look: () => Promise<void>): Promise<void> {
    let pause = ms;
    while (await this.paused(pause)) {
      const begin = performance.now();
      await look();
      pause = Math.max(ms, (performance.now() - begin) * SHARE);
    }
  }

  /** Whether the run goes on. */
  private async paused(ms: number): Promise<boolean> {
    await sleep(ms, undefined, { signal: this.ended.signal }).catch(() => undefined); // the run is over
    return !this.ended.signal.aborted;
  }
}

/** Bytes of files that have no name any more but are open, also of those in memory. */
function removedFiles(pids: readonly number[]): number {
  const sizes = new Map<string, number>();
  for (const pid of pids) {
    for (const file of openFiles(pid)) {
      const removed = removedFile(file);
      if (removed) sizes.set(removed.id, removed.bytes);
    }
  }
  return [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
}

function openFiles(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((name) => `/proc/${pid}/fd/${name}`);
  } catch {
    return []; // it has ended, or is not ours to see
  }
}

function removedFile(file: string): { id: string; bytes: number } | undefined {
  try {
    if (!readlinkSync(file).endsWith(' (deleted)')) return undefined;
    const { dev, ino, nlink, blocks } = statSync(file);
    return nlink === 0 ? { id: `${dev}:${ino}`, bytes: blocks * 512 } : undefined;
  } catch {
    return undefined; // closed in between
  }
}

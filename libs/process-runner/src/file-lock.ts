import { setTimeout as sleep } from 'node:timers/promises';
import { mkdir, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/kernel';
import { FREE, isAbandoned, keepAlive, newestTurn, ownName } from './lock-turn.js';

const POLL_MS = 20;

export interface LockOptions {
  /** How long to wait for the others. Default 60,000. */
  readonly waitMs?: number;
}

/** Locks that this process holds or waits for: its own callers queue here, only the first of them polls the disk. */
const queues = new Map<string, Promise<unknown>>();

/**
 * Runs `work` while no other caller, in this process or another, runs any under the same folder. Waiting too long is
 * TIMED_OUT. The lock of a process that was killed is taken over: at once on the same machine, after a minute elsewhere.
 */
export async function withFileLock<T>(directory: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const before = queues.get(directory) ?? Promise.resolve();
  const own = before.then(() => lockAndRun(directory, work, options));
  const settled = own.then(
    () => undefined,
    () => undefined, // the caller gets the error; the next in the queue only needs to know that it is its turn
  );
  queues.set(directory, settled);
  try {
    return await own;
  } finally {
    if (queues.get(directory) === settled) queues.delete(directory);
  }
}

async function lockAndRun<T>(directory: string, work: () => Promise<T>, { waitMs = 60_000 }: LockOptions): Promise<T> {
  await mkdir(directory, { recursive: true });
  const turn = await takeTurn(directory, performance.now() + waitMs);
  const stopKeeping = keepAlive(join(directory, String(turn)));
  try {
    return await work();
  } finally {
    stopKeeping();
    await passOn(directory, turn);
  }
}

/**
 * The folder holds one symbolic link for each turn, named by its number, with the holder as its target: making one is
 * atomic and exclusive. The highest number rules and is never removed, so a slow rival that takes a lower one sees that it
 * lost. (Breaking a single lock file has no such order: two rivals can each remove the other's fresh lock.)
 */
async function takeTurn(directory: string, deadline: number): Promise<number> {
  for (;;) {
    const newest = await newestTurn(directory);
    if (newest === undefined || (await isAbandoned(directory, newest))) {
      const turn = (newest?.number ?? 0) + 1;
      if (await claim(directory, turn)) return turn;
    }
    if (performance.now() > deadline) {
      throw new SlipwayError('TIMED_OUT', `the lock ${directory} is held by ${newest?.holder ?? 'others'}`);
    }
    await sleep(POLL_MS);
  }
}

async function claim(directory: string, turn: number): Promise<boolean> {
  if (!(await link(directory, turn, ownName()))) return false;
  const newest = await newestTurn(directory);
  const won = newest?.number === turn;
  await remove(join(directory, String(won ? turn - 1 : turn)));
  return won;
}

/** If our turn was taken for abandoned, the next one is somebody's already, and nothing is to be done. */
async function passOn(directory: string, turn: number): Promise<void> {
  await link(directory, turn + 1, FREE);
  await remove(join(directory, String(turn)));
}

/** Whether the turn was still to be had. */
async function link(directory: string, turn: number, holder: string): Promise<boolean> {
  try {
    await symlink(holder, join(directory, String(turn)));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function remove(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

import { lstat, lutimes, readdir, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { sendSignal } from './find-processes.js';
import { statOf } from './proc.js';

/** In place of a holder: the one before has let go. */
export const FREE = 'free';

const BEAT_MS = 5_000;
/** A holder on another machine that has not been heard of for this long is taken for dead. */
const SILENT_MS = 60_000;

export interface Turn {
  readonly number: number;
  /** `host:pid:start time`, or `free`. */
  readonly holder: string;
}

/** The turn that rules; `undefined` if there has been none. */
export async function newestTurn(directory: string): Promise<Turn | undefined> {
  const numbers = (await readdir(directory)).filter((name) => /^\d+$/.test(name)).map(Number);
  if (numbers.length === 0) return undefined;
  const number = Math.max(...numbers);
  try {
    return { number, holder: await readlink(join(directory, String(number))) };
  } catch (error) {
    // It was passed on between the two reads: there is a newer one.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return newestTurn(directory);
    throw error;
  }
}

/** Free, or its holder is dead. */
export async function isAbandoned(directory: string, turn: Turn): Promise<boolean> {
  if (turn.holder === FREE) return true;
  const [host, pid, started] = turn.holder.split(':');
  if (host === hostname()) return !sendSignal(Number(pid), 0) || startTime(Number(pid)) !== started;
  return Date.now() - (await lastBeat(join(directory, String(turn.number)))) > SILENT_MS;
}

export function ownName(): string {
  return `${hostname()}:${process.pid}:${startTime(process.pid)}`;
}

/** Shows other machines that the holder lives, until the result is called. */
export function keepAlive(file: string): () => void {
  const timer = setInterval(() => {
    const now = new Date();
    // A beat that is missed is made up for by the next; only a minute without any has a meaning.
    lutimes(file, now, now).catch(() => undefined);
  }, BEAT_MS);
  timer.unref();
  return () => clearInterval(timer);
}

async function lastBeat(file: string): Promise<number> {
  try {
    return (await lstat(file)).mtimeMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Date.now();
    throw error;
  }
}

/** Tells a process from a later one with the same pid. `dead` for a zombie; empty where the system does not say. */
function startTime(pid: number): string {
  if (process.platform !== 'linux') return '';
  const stat = statOf(pid);
  return stat === undefined || stat.dead ? 'dead' : stat.startTime;
}

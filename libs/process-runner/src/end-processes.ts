import { setTimeout as sleep } from 'node:timers/promises';
import { SlipwayError } from '@slipway/kernel';
import { findProcesses, type RunMark, sendSignal } from './find-processes.js';
import { readProc } from './proc.js';

/** Between SIGTERM and SIGKILL. */
const GRACE_MS = 2_000;
/** After SIGKILL; only a process stuck in the kernel takes this long. */
const KILL_WAIT_MS = 5_000;
const POLL_MS = 40;

/** Ends all of a run: SIGTERM, after `graceMs` SIGKILL. Gives the number of processes that were alive. Throws INTERNAL if one stays. */
export async function endProcesses(mark: RunMark, graceMs = GRACE_MS): Promise<number> {
  const seen = new Set<number>();
  if (await signalUntilGone(mark, 'SIGTERM', graceMs, seen)) return seen.size;
  if (await signalUntilGone(mark, 'SIGKILL', KILL_WAIT_MS, seen)) return seen.size;
  throw new SlipwayError('INTERNAL', `processes ${findProcesses(mark).join(', ')} do not end after SIGKILL`);
}

/** Whether nothing of the run is alive any more before the time is up. */
export async function goneWithin(mark: RunMark, ms: number): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (findProcesses(mark).length > 0) {
    if (performance.now() >= deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

/** Looks again each time, since a process may fork between being seen and being signalled. */
async function signalUntilGone(mark: RunMark, signal: NodeJS.Signals, ms: number, seen: Set<number>): Promise<boolean> {
  const signalled = new Set<number>();
  const deadline = performance.now() + ms;
  for (;;) {
    const alive = findProcesses(mark);
    if (alive.length === 0) return true;
    if (performance.now() >= deadline) return false;
    for (const target of alive.filter((each) => !signalled.has(each))) {
      if (signal === 'SIGKILL' || !isSandbox(target)) sendSignal(target, signal);
      signalled.add(target);
      seen.add(target);
    }
    await sleep(POLL_MS);
  }
}

/** The sandbox ends with what is in it, and takes that with it when it ends first: a command would get no time to tidy up. */
const isSandbox = (pid: number): boolean => readProc(pid, 'comm') === 'bwrap\n';

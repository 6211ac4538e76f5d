import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SlipwayError } from '@slipway/kernel';

/** After SIGKILL; only a process stuck in the kernel takes this long. */
const KILL_WAIT_MS = 5_000;
const POLL_MS = 50;

/** Ends a process group: SIGTERM, after `graceMs` SIGKILL. Throws STEP_FAILED if somebody of it stays. */
export async function endGroup(group: number, graceMs: number): Promise<void> {
  if (await signalUntilGone(group, 'SIGTERM', graceMs)) return;
  if (await signalUntilGone(group, 'SIGKILL', KILL_WAIT_MS)) return;
  throw new SlipwayError('STEP_FAILED', `process group ${group} does not end after SIGKILL`);
}

async function signalUntilGone(group: number, signal: NodeJS.Signals, waitMs: number): Promise<boolean> {
  if (!send(group, signal)) return true;
  const deadline = performance.now() + waitMs;
  while (isGroupAlive(group)) {
    if (performance.now() >= deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

/** Whether there was anybody to get it. */
function send(group: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** A signal finds zombies too, which stay for ever where process 1 does not reap; so /proc is asked who is alive. */
export const isGroupAlive = (group: number): boolean =>
  readdirSync('/proc').some((pid) => /^\d+$/.test(pid) && isAliveIn(group, `/proc/${pid}/stat`));

function isAliveIn(group: number, statFile: string): boolean {
  try {
    const stat = readFileSync(statFile, 'latin1');
    // The name in parentheses may hold anything, also a closing one: the fields start after the last.
    const [state, , processGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(processGroup) === group && state !== 'Z' && state !== 'X';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return false;
    throw error;
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { SlipwayError } from '@slipway/kernel';
import { isGroupAlive } from './process-identity.js';

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

import { readdirSync } from 'node:fs';
import { readProc, statOf } from './proc.js';

/** The variable that marks every process of a run. It is inherited, so it finds those that left the process group too. */
export const RUN_ID_VARIABLE = 'SLIPWAY_RUN_ID';

export interface RunMark {
  readonly runId: string;
  readonly processGroup?: number;
}

/**
 * What is alive of a run, as targets for `process.kill`: pids on Linux; elsewhere the negated process group.
 * A process that cleared its environment and left both group and session is not found.
 */
export function findProcesses(mark: RunMark): number[] {
  return process.platform === 'linux' ? findInProc(mark) : findGroup(mark);
}

function findInProc(mark: RunMark): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && belongsTo(pid, mark));
}

function belongsTo(pid: number, { runId, processGroup }: RunMark): boolean {
  const stat = statOf(pid);
  if (stat === undefined || stat.dead) return false;
  if (processGroup !== undefined && (stat.group === processGroup || stat.session === processGroup)) return true;
  return `\0${readProc(pid, 'environ') ?? ''}\0`.includes(`\0${RUN_ID_VARIABLE}=${runId}\0`);
}

function findGroup({ processGroup }: RunMark): number[] {
  if (processGroup === undefined) return [];
  return sendSignal(-processGroup, 0) ? [-processGroup] : [];
}

/** Whether the signal found somebody. `EPERM` counts as alive. */
export function sendSignal(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(target, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH') return false;
    if (code === 'EPERM') return true;
    throw error;
  }
}

import { readdirSync, readFileSync } from 'node:fs';

/** One process for ever: a pid is given again, but not with the same start in the same boot of the machine. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after boot, field 22 of /proc/<pid>/stat. */
  readonly startTime: string;
  readonly boot: string;
}

/** Undefined when no such process is alive. Linux only. */
export function identify(pid: number): ProcessIdentity | undefined {
  const fields = statOf(pid);
  if (!fields || isDead(fields)) return undefined;
  return { pid, startTime: fields[19]!, boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() };
}

export function isAlive({ pid, startTime, boot }: ProcessIdentity): boolean {
  const now = identify(pid);
  return now?.startTime === startTime && now.boot === boot;
}

/** Whether anybody of a process group is alive. */
export const isGroupAlive = (group: number): boolean =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      const fields = statOf(Number(pid));
      return fields !== undefined && !isDead(fields) && Number(fields[2]) === group;
    });

/** The fields from the third (state) on. The name before them may hold anything, also a closing parenthesis. */
function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

/** A zombie has ended; where process 1 does not reap, it stays for ever. */
const isDead = ([state]: string[]): boolean => state === 'Z' || state === 'X';

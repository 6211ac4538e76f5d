import { readFileSync } from 'node:fs';

/** A process for good: its id may be given to another one later, its start time with it may not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after boot, from /proc/<pid>/stat; null where there is no /proc. */
  readonly startedAt: string | null;
}

export const identityOf = (pid: number): ProcessIdentity => ({ pid, startedAt: startOf(pid) });

export const lives = ({ pid, startedAt }: ProcessIdentity): boolean => startedAt !== null && startOf(pid) === startedAt;

function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name in brackets, and may hold anything: count from behind it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null; // No such process.
  }
}

import { readFileSync } from 'node:fs';

/** What /proc/<pid>/stat says of a process. */
export interface ProcessStat {
  /** It has ended. Where process 1 does not reap, a zombie stays for ever. */
  readonly dead: boolean;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Clock ticks after boot. */
  readonly startTime: string;
}

export function statOf(pid: number): ProcessStat | undefined {
  const stat = readProc(pid, 'stat');
  if (stat === undefined) return undefined;
  // The name in parentheses may hold anything, also a closing one: the fields start after the last.
  const [state, parent, group, session, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { dead: state === 'Z' || state === 'X', parent: Number(parent), group: Number(group), session: Number(session), startTime: rest[15]! };
}

/** `undefined` if the process has ended meanwhile, or is another user's and so none of ours. */
export function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM') return undefined;
    throw error;
  }
}

import { readFileSync } from 'node:fs';
import { statOf } from './proc.js';

/** One process for ever: a pid is given again, but not with the same start in the same boot of the machine. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after boot. */
  readonly startTime: string;
  readonly boot: string;
}

/** Undefined when no such process is alive. Linux only. */
export function identify(pid: number): ProcessIdentity | undefined {
  const stat = statOf(pid);
  if (!stat || stat.dead) return undefined;
  return { pid, startTime: stat.startTime, boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() };
}

export function isAlive({ pid, startTime, boot }: ProcessIdentity): boolean {
  const now = identify(pid);
  return now?.startTime === startTime && now.boot === boot;
}

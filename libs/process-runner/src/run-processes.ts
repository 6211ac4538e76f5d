import { readdirSync } from 'node:fs';
import { readProc, statOf } from './proc.js';

/**
 * A process and all that descend from it. In a process namespace nobody gets out of this tree, whatever it does: the
 * namespace's first process adopts the orphans.
 */
export function descendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number)) {
    const parent = statOf(pid)?.parent;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

/** Bytes that a process alone keeps in memory: without files that can be read again, with what was swapped out. */
export function memoryOf(pid: number): number {
  const status = readProc(pid, 'status') ?? '';
  const kib = [...status.matchAll(/^(?:RssAnon|RssShmem|VmSwap):\s+(\d+) kB$/gm)].map(([, number]) => Number(number));
  return kib.reduce((sum, each) => sum + each, 0) * 1024;
}

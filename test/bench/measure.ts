import { execFileSync } from 'node:child_process';
import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';

const MICROSECONDS_PER_TICK = 1e6 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** User and system time that a process has used so far, in microseconds; the kernel counts in ticks of 10 ms. */
export function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in brackets may hold spaces; utime and stime are the 14th and 15th field.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * MICROSECONDS_PER_TICK;
}

/** Memory in use now and at most so far, in MB. */
export function memoryOf(pid: number): { now: number; most: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
  return { now: read('VmRSS'), most: read('VmHWM') };
}

const PAGE = Buffer.alloc(4096);
const SYNCS = 300;

/** What the disk takes at present to make one page durable that has its place already, in milliseconds: no append can be faster. */
export function syncTimes(file: string): number[] {
  const fd = openSync(file, 'w');
  try {
    writeSync(fd, Buffer.alloc(PAGE.length * SYNCS));
    fdatasyncSync(fd);
    return Array.from({ length: SYNCS }, (_none, page) => {
      const began = performance.now();
      writeSync(fd, PAGE, 0, PAGE.length, page * PAGE.length);
      fdatasyncSync(fd);
      return performance.now() - began;
    });
  } finally {
    closeSync(fd);
  }
}

/** The value that this share of all values does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export interface Throughput {
  /** Events per second. */
  readonly rate: number;
  /** Server CPU per event, in microseconds. */
  readonly cpu: number;
  /** Milliseconds, where each operation was timed. */
  readonly times: readonly number[];
}

/** Runs `work`, which tells how many events it moved, and relates that to the time and the server's CPU. */
export async function throughput(pid: number, work: () => Promise<{ events: number; times: readonly number[] }>): Promise<Throughput> {
  const cpuBefore = cpuOf(pid);
  const began = performance.now();
  const { events, times } = await work();
  const seconds = (performance.now() - began) / 1000;
  return { rate: events / seconds, cpu: (cpuOf(pid) - cpuBefore) / events, times };
}

export interface Row {
  readonly what: string;
  readonly figures: string;
  /** What the issue asks for, and whether it was met. */
  readonly target?: string;
  readonly met?: boolean;
}

export function printRow({ what, figures, target, met }: Row): void {
  const verdict = target === undefined ? '' : `${target} ${met ? 'yes' : 'NO'}`;
  process.stdout.write(`${what.padEnd(44)} ${figures.padEnd(62)} ${verdict}\n`);
}

export const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
export const tenth = (value: number): string => value.toFixed(1);
export const percent = (value: number): string => `${Math.round(value * 100)} %`;

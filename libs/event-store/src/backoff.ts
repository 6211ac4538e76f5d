const FIRST_MS = 100;
const LONGEST_MS = 5_000;

/**
 * How long to pause after so many failures in a row (0: the first one): 0.1 s, doubled each time, at most 5 s, less up to half
 * of it by chance, so that replicas do not come back all at once.
 */
export function backoffMs(failures: number, random = Math.random()): number {
  return Math.min(FIRST_MS * 2 ** failures, LONGEST_MS) * (1 - random / 2);
}

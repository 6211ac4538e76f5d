import { endProcesses } from './end-processes.js';

/**
 * Ends what a run left behind when Slipway itself was killed in the middle of it. `runId` is the one given to
 * `runCommand`. Gives the number of processes that were alive.
 *
 * Only Linux can find them by their run id. Elsewhere the process group reported by `onStarted` is needed, and used;
 * on Linux it is ignored, because its number may belong to somebody else by now.
 */
export function killOrphans(runId: string, processGroup?: number): Promise<number> {
  const byGroup = process.platform !== 'linux' && processGroup !== undefined;
  return endProcesses(byGroup ? { runId, processGroup } : { runId });
}

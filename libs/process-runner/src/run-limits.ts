/** What one run may use. */
export interface RunLimits {
  /** Of one process's data, and of the resident memory of all of the run's processes together. */
  readonly memoryBytes: number;
  /** Of one file, and of all that is in the run's folders, together with files that were removed and are still open. */
  readonly diskBytes: number;
  /** Processes and threads together. Holds in a sandbox only. */
  readonly processes: number;
  /** Of one process. Holds in a sandbox only. */
  readonly openFiles: number;
}

export const RUN_LIMITS: RunLimits = { memoryBytes: 4 * 1024 ** 3, diskBytes: 10 * 1024 ** 3, processes: 1_024, openFiles: 4_096 };

import type { Confinement } from './isolation.js';

/** One command to run: argv without a shell, in its own process group. */
export interface RunSpec {
  /** argv; the first entry is looked up in `environment.PATH` unless it holds a slash. */
  readonly command: readonly string[];
  /** Absolute path of an existing folder. */
  readonly cwd: string;
  /** All that the command sees, but for SLIPWAY_RUN_ID. Nothing of our own environment is added. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Bytes of stdout and stderr together, as they are written, after which the command is ended. */
  readonly outputLimitBytes: number;
  /** stdout and stderr are appended here in the order of arrival. Its folder must exist. */
  readonly logFile: string;
  /** Rewrites the output before anything is written or kept of it. Called once for each stream, and once for the log that they join. */
  readonly filter?: () => OutputFilter;
  /** Ends the run with the outcome `aborted`. */
  readonly signal?: AbortSignal;
  /** Last bytes of the output that the result carries. Default 4,096. */
  readonly keep?: number;
  /** Marks the processes of this run, for `killOrphans` after a crash of ours. Default: a random UUID. */
  readonly runId?: string;
  /** Keeps the command apart from the machine, by limits and where there is one by a sandbox. Default: it runs as we do. */
  readonly confinement?: Confinement;
  /** Called once the command runs. If it fails, the run is ended and `runCommand` rejects with its error. */
  readonly onStarted?: (processGroup: number) => Promise<void> | void;
}

/** Rewrites one stream of bytes. It may hold back the end of what came until it knows what follows. */
export interface OutputFilter {
  /** What can be written now. */
  push(chunk: Buffer): Buffer;
  /** What it still held back. */
  end(): Buffer;
}

/** Why we ended a run; a run that ends by itself has none of these. */
export type StoppedOutcome = 'timedOut' | 'outputLimit' | 'diskLimit' | 'memoryLimit' | 'aborted';

/**
 * `exited`: by itself, with an exit code. `signalled`: by a signal that was not ours. `notStarted`: no such command or
 * folder, or not executable; `tail` says which.
 */
export type RunOutcome = StoppedOutcome | 'exited' | 'signalled' | 'notStarted';

export interface RunResult {
  readonly outcome: RunOutcome;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly durationMs: number;
  /** Bytes written to the log file; never more than the limit. */
  readonly outputBytes: number;
  /** The last bytes of the output, as UTF-8. */
  readonly tail: string;
  /** The command ended by itself and left processes alive. They have been killed. */
  readonly leftProcesses: boolean;
}

import { execFile, type ExecFileException } from 'node:child_process';
import { SlipwayError } from '@slipway/kernel';
import { gitEnvironment } from './git-environment.js';
import { gitFailure, unreachable } from './git-failure.js';

export interface GitResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface GitOptions {
  /** Exit codes that are an answer, not a failure. Default: 0. */
  readonly accept?: readonly number[];
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Runs in this folder, on the repository that is found there. Default: on our own. */
  readonly worktree?: string;
}

/** For one call. A first fetch of a large repository takes minutes. */
const TIMEOUT_MS = 15 * 60_000;
const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * Calls git on one bare repository; its remote is called `upstream`. Never interactive, without hooks, and blind to the
 * settings of user and machine. Throws REPOSITORY_UNREACHABLE or GIT_FAILED, with what git said and no credentials.
 */
export class Git {
  private readonly environment: Record<string, string>;

  constructor(
    readonly directory: string,
    readonly remoteUrl: string,
    configFile: string,
  ) {
    this.environment = gitEnvironment(configFile, remoteUrl);
  }

  async run(args: readonly string[], options: GitOptions = {}): Promise<GitResult> {
    const result = await this.execute(args, options);
    if (!(options.accept ?? [0]).includes(result.code)) throw gitFailure(args, result, this.remoteUrl);
    return result;
  }

  /** stdout without the newline at its end. */
  async text(args: readonly string[], options: GitOptions = {}): Promise<string> {
    return (await this.run(args, options)).stdout.replace(/\n$/, '');
  }

  private execute(args: readonly string[], { input = '', environment, worktree }: GitOptions): Promise<GitResult> {
    const place = worktree === undefined ? { GIT_DIR: this.directory } : {};
    return new Promise((resolve, reject) => {
      const child = execFile(
        'git',
        [...args],
        {
          cwd: worktree ?? this.directory,
          env: { ...this.environment, ...place, ...environment },
          timeout: TIMEOUT_MS,
          maxBuffer: OUTPUT_LIMIT_BYTES,
        },
        (error, stdout, stderr) => {
          if (error === null) resolve({ code: 0, stdout, stderr });
          else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
          else reject(this.notRun(args, error));
        },
      );
      // git may end without reading its input; its exit code says what happened.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(input);
    });
  }

  private notRun(args: readonly string[], error: ExecFileException): SlipwayError {
    if (error.killed && error.code == null) return unreachable(this.remoteUrl, `git ${args[0]} gave no answer in ${TIMEOUT_MS / 60_000} minutes`);
    return new SlipwayError('GIT_FAILED', `git ${args[0]} could not be run: ${error.code ?? error.signal ?? 'no reason given'}`, [], { cause: error });
  }
}

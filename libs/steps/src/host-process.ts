import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SlipwayError } from '@slipway/kernel';
import { endProcesses, identify, isAlive, type ProcessIdentity } from '@slipway/process-runner';
import { lastLines } from './last-lines.js';
import { processEnvironment } from './process-environment.js';

/** What the pid file holds. */
interface Recorded extends ProcessIdentity {
  /** Of what it runs: release, command, environment. */
  readonly fingerprint: string;
}

export interface HostCommand {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly fingerprint: string;
}

/** A process that lives this long has started. */
const SETTLE_MS = 500;
/** Between SIGTERM and SIGKILL: long enough to finish the requests in hand. */
const GRACE_MS = 10_000;
/** Of its output, what a failure may quote. */
const QUOTE_BYTES = 4_096;

/**
 * The one process of a host.deploy directory. It is a session of its own and writes to its own log, so that it survives
 * the service that started it: `process.json` says who it is, `process.log` what it says (`process.log.1`: the one before).
 */
export class HostProcess {
  private readonly pidFile: string;
  private readonly logFile: string;
  /** Every process that comes from here inherits it, and can be found also if the pid file was not written any more. */
  private readonly runId: string;

  constructor(private readonly directory: string) {
    this.pidFile = join(directory, 'process.json');
    this.logFile = join(directory, 'process.log');
    this.runId = `host.deploy:${directory}`;
  }

  /** The pid, if exactly this runs already. */
  async running(fingerprint: string): Promise<number | undefined> {
    const recorded = await this.recorded();
    return recorded?.fingerprint === fingerprint && isAlive(recorded) ? recorded.pid : undefined;
  }

  /** Starts it in `<directory>/current` and gives its pid. Throws STEP_FAILED with its last words if it ends at once. */
  async start({ command, environment, fingerprint }: HostCommand): Promise<number> {
    const [file, ...args] = command;
    const log = await this.freshLog();
    try {
      const child = spawn(file!, args, {
        cwd: join(this.directory, 'current'),
        env: { ...processEnvironment(this.directory, environment), SLIPWAY_RUN_ID: this.runId },
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
      });
      await once(child, 'spawn');
      const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
      await this.record(child.pid!, fingerprint);
      const ended = await Promise.race([exit, sleep(SETTLE_MS)]);
      if (ended) throw await this.endedAtOnce(command, ended);
      child.unref();
      return child.pid!;
    } finally {
      await log.close();
    }
  }

  /** Ends it with its whole group, and whatever else came from here. */
  async stop(): Promise<void> {
    const recorded = await this.recorded();
    // The number of a group that is gone may belong to somebody else by now.
    const group = recorded && isAlive(recorded) ? { processGroup: recorded.pid } : {};
    await endProcesses({ runId: this.runId, ...group }, GRACE_MS);
    await rm(this.pidFile, { force: true });
  }

  private async recorded(): Promise<Recorded | undefined> {
    try {
      return JSON.parse(await readFile(this.pidFile, 'utf8')) as Recorded;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Nothing is recorded of a process that is gone already. */
  private async record(pid: number, fingerprint: string): Promise<void> {
    const identity = identify(pid);
    if (!identity) return;
    const recorded: Recorded = { ...identity, fingerprint };
    await writeFile(`${this.pidFile}.new`, `${JSON.stringify(recorded)}\n`);
    await rename(`${this.pidFile}.new`, this.pidFile);
  }

  private async freshLog(): Promise<FileHandle> {
    await rename(this.logFile, `${this.logFile}.1`).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    return open(this.logFile, 'a');
  }

  private async endedAtOnce(command: readonly string[], [code, signal]: [number | null, NodeJS.Signals | null]): Promise<SlipwayError> {
    await this.stop();
    const log = await readFile(this.logFile);
    // A line that is cut in two might show half a secret, which nobody could find to hide it.
    const whole = log.length > QUOTE_BYTES ? log.indexOf(10, log.length - QUOTE_BYTES) + 1 || log.length : 0;
    const tail = log.subarray(whole).toString('utf8');
    const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
    return new SlipwayError('STEP_FAILED', `${command.join(' ').slice(0, 200)} ended at once ${how}${lastLines(tail)}`);
  }
}

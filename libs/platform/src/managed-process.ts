import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SlipwayError } from '@slipway/kernel';

export interface ProcessSpec {
  readonly name: string;
  readonly command: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly logFile: string;
  /** Resolves when the process can do its work. `exited` rejects when it ends first. */
  readonly ready: (child: ChildProcess, exited: Promise<never>) => Promise<void>;
  /** An IPC channel, through which a service says that it is ready and notices that its parent died. */
  readonly ipc?: boolean;
}

const FIRST_RESTART_MS = 250;
const SLOWEST_RESTART_MS = 10_000;
const STOP_GRACE_MS = 10_000;

/** A process of the platform: started, watched, started again when it ends unasked, and stopped in order. */
export class ManagedProcess {
  private child: ChildProcess | undefined;
  private stopping = false;
  private delay = FIRST_RESTART_MS;
  private timer: NodeJS.Timeout | undefined;
  private up: Promise<void> = Promise.resolve();

  constructor(
    private readonly spec: ProcessSpec,
    private readonly say: (line: string) => void,
  ) {}

  get name(): string {
    return this.spec.name;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** @throws SlipwayError UNAVAILABLE with the end of its log, when it ends before it is ready. */
  async start(): Promise<void> {
    this.up = this.launch();
    await this.up;
  }

  /** Resolves when the process, maybe a restarted one, can do its work. */
  async isUp(): Promise<void> {
    for (;;) {
      const up = this.up;
      try {
        await up;
      } catch {
        // That start failed and another one is on its way: `launch` has scheduled it and said why.
      }
      if (up === this.up && this.child) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Ends the process as a crash would. It is started again. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.child;
    if (!child) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    const child = this.child;
    if (!child) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
    await gone;
    clearTimeout(force);
  }

  private async launch(): Promise<void> {
    const { command, environment, logFile, ipc, ready } = this.spec;
    mkdirSync(dirname(logFile), { recursive: true });
    const log = openSync(logFile, 'a');
    // Its own process group: Ctrl-C reaches only the launcher, which then stops everything in order.
    const child = spawn(command[0]!, command.slice(1), {
      env: environment,
      detached: true,
      stdio: ipc ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
    });
    closeSync(log);
    this.child = child;
    const exited = new Promise<never>((_resolve, reject) => {
      child.once('error', (error) => reject(new SlipwayError('UNAVAILABLE', `${this.name} could not be started: ${error.message}`)));
      child.once('exit', (code, signal) => {
        this.ended(child, signal ?? `exit code ${code}`);
        reject(new SlipwayError('UNAVAILABLE', `${this.name} ended at its start (${signal ?? `exit code ${code}`}); the end of ${logFile} says:\n${endOf(logFile)}`));
      });
    });
    exited.catch(() => undefined); // Whoever waits for `ready` is told; afterwards the restart is what matters.
    await ready(child, exited);
    this.delay = FIRST_RESTART_MS;
  }

  private ended(child: ChildProcess, how: string): void {
    if (this.child === child) this.child = undefined;
    if (this.stopping) return;
    this.say(`${this.name} ended (${how}); starting it again`);
    this.timer = setTimeout(() => {
      this.up = this.launch();
      this.up.catch((error: unknown) => this.say(error instanceof Error ? error.message : String(error)));
    }, this.delay);
    this.delay = Math.min(SLOWEST_RESTART_MS, this.delay * 2);
  }
}

function endOf(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
}

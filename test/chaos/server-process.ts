import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import { builtStoreFile } from './built-store.js';

/** A program of ours in a process of its own that says `{"ready":true,…}` in one line. */
export class ServerProcess {
  private static readonly running = new Set<ChildProcess>();

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    readonly connectionString: string,
    /** From the start of the process to its line. */
    readonly startMs: number,
  ) {}

  static eventStore(directory: string, env: Record<string, string> = {}, flags: string[] = []): Promise<ServerProcess> {
    const program = builtStoreFile('main.js');
    return ServerProcess.start([...flags, program], { SLIPWAY_EVENTSTORE_DIR: directory, SLIPWAY_EVENTSTORE_PORT: '0', ...env });
  }

  static async start(args: string[], env: Record<string, string> = {}): Promise<ServerProcess> {
    const began = performance.now();
    const child = spawn(process.execPath, args, { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    ServerProcess.running.add(child);
    child.once('exit', () => ServerProcess.running.delete(child));
    let said = '';
    let complained = '';
    child.stderr.on('data', (text: Buffer) => (complained += text.toString()));
    const ready = new Promise<string>((resolve, reject) => {
      child.stdout.on('data', (text: Buffer) => {
        said += text.toString();
        if (said.includes('\n')) resolve(said);
      });
      child.once('close', (code, signal) => reject(new Error(`the server ended with ${code ?? signal}: ${complained}`)));
    });
    const { port, connectionString } = JSON.parse(await ready) as { port: number; connectionString: string };
    return new ServerProcess(child, port, connectionString, performance.now() - began);
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Resolves when the process has ended. */
  async ended(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    this.child.kill(signal);
    await this.ended();
  }

  /** For the end of a program, however it ends. */
  static killAll(): void {
    for (const child of ServerProcess.running) child.kill('SIGKILL');
  }
}

process.once('exit', () => ServerProcess.killAll());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

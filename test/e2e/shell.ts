import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

/** A shell in which scripts run one after another, as a person types them. The first command that fails ends it. */
export class Shell {
  private readonly child: ChildProcess;
  private readonly gone: Promise<unknown>;
  private stdout = '';
  private stderr = '';
  private count = 0;

  /** @param directory where it begins, and keeps its scripts */
  constructor(
    private readonly directory: string,
    environment: NodeJS.ProcessEnv,
    onStderr: (said: string) => void,
  ) {
    this.child = spawn('sh', ['-e'], { cwd: directory, env: environment, stdio: 'pipe' });
    this.gone = once(this.child, 'exit');
    this.child.stdout!.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr!.on('data', (chunk: Buffer) => onStderr((this.stderr += chunk.toString())));
    this.child.stdin!.on('error', () => undefined); // It has ended: `run` tells.
  }

  /** @throws Error with what it said, when a command in it fails */
  async run(script: string): Promise<Said> {
    const file = join(this.directory, `block-${++this.count}.sh`);
    const end = `end of block ${this.count}`;
    writeFileSync(file, script);
    this.stdout = this.stderr = '';
    this.child.stdin!.write(`. ${file} < /dev/null\nprintf '%s\\n' '${end}'\n`);
    let ended = this.child.exitCode !== null;
    void this.gone.then(() => (ended = true));
    while (!this.stdout.includes(`${end}\n`)) {
      if (ended) throw new Error(`the shell ended in block ${this.count}:\n${this.stdout}\n${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return { stdout: this.stdout.replace(`${end}\n`, ''), stderr: this.stderr };
  }

  async close(): Promise<void> {
    this.child.stdin!.end();
    await this.gone;
  }
}

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { transformFileSync } from '@swc/core';

/** The server as a process of its own, compiled from the sources so that no build is needed before a test. */
export class TestProgram {
  private readonly folder = mkdtempSync(join(tmpdir(), 'embedded-event-store-program-'));
  private readonly children: ChildProcess[] = [];

  constructor() {
    const sources = dirname(__dirname);
    for (const file of readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts') && !name.includes('.spec.') && !name.startsWith('testing'))) {
      const { code } = transformFileSync(join(sources, file), {
        swcrc: false,
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
      });
      mkdirSync(dirname(join(this.folder, file)), { recursive: true });
      writeFileSync(join(this.folder, file.replace(/ts$/, 'js')), code);
    }
  }

  start(env: Record<string, string>, args: readonly string[] = []): RunningProgram {
    const modules = dirname(dirname(dirname(require.resolve('@grpc/grpc-js/package.json'))));
    const child = spawn(process.execPath, [join(this.folder, 'main.js'), ...args], {
      env: { PATH: process.env['PATH'], NODE_PATH: modules, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.children.push(child);
    return new RunningProgram(child);
  }

  remove(): void {
    for (const child of this.children) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

class RunningProgram {
  stdout = '';
  stderr = '';
  readonly exit: Promise<number | null>;

  constructor(private readonly child: ChildProcess) {
    child.stdout!.on('data', (text: Buffer) => (this.stdout += text.toString()));
    child.stderr!.on('data', (text: Buffer) => (this.stderr += text.toString()));
    this.exit = new Promise((resolve) => child.once('close', resolve));
  }

  /** The line that tells that the server is ready. */
  async ready(): Promise<{ ready: boolean; port: number; connectionString: string }> {
    while (!this.stdout.includes('\n')) {
      if (this.child.exitCode !== null) throw new Error(`the program ended: ${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return JSON.parse(this.stdout) as { ready: boolean; port: number; connectionString: string };
  }

  kill(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.exit;
  }
}

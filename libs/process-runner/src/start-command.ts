import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { RUN_ID_VARIABLE } from './find-processes.js';
import type { RunSpec } from './run-spec.js';
import { startSandboxed } from './start-sandboxed.js';

export type Child = ChildProcessByStdio<null, Readable, Readable> & {
  readonly pid: number;
  readonly exit: Promise<readonly [number | null, NodeJS.Signals | null]>;
  /** Whether other processes were alive in the sandbox when the command ended; known once it has. */
  readonly leftProcesses?: Promise<boolean>;
};

/** The running command, or in words why it could not be started. */
export async function startCommand(spec: RunSpec, runId: string): Promise<Child | string> {
  const { confinement } = spec;
  if (confinement?.isolation.tools) return startSandboxed(spec, runId, confinement, confinement.isolation.tools);
  const [file, ...args] = spec.command;
  if (file === undefined || file === '') return 'cannot start: the command is empty';
  try {
    // `detached` makes the command the leader of a new session and process group.
    const child = spawn(file, args, {
      cwd: spec.cwd,
      env: { ...spec.environment, [RUN_ID_VARIABLE]: runId },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    await once(child, 'spawn');
    return withExit(child);
  } catch (error) {
    return `cannot start ${file}: ${whyNot(error as NodeJS.ErrnoException, spec.cwd)}`;
  }
}

/** Listens at once: a short command may have ended before anybody else could. */
export function withExit(child: ChildProcess): Child {
  const exit = new Promise((resolve) => child.once('exit', (...how) => resolve(how)));
  return Object.assign(child, { exit }) as unknown as Child;
}

function whyNot(error: NodeJS.ErrnoException, cwd: string): string {
  // The system says ENOENT for both.
  if (error.code === 'ENOENT') return existsSync(cwd) ? 'command not found' : `folder ${cwd} does not exist`;
  if (error.code === 'EACCES') return 'not executable, or permission denied';
  return error.message;
}

import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { RUN_LIMITS } from './run-limits.js';
import { sandboxArgv } from './sandbox.js';
import { systemParts } from './system-view.js';

export interface SandboxTools {
  /** Absolute path of bubblewrap. */
  readonly bwrap: string;
}

/** All that the tools see of our environment. */
export const TOOL_ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' } as const;

const HELP = 'On Debian or Ubuntu: sudo apt-get install bubblewrap util-linux. See docs/explanation/isolation.md';
const TRIAL_MS = 10_000;

/** A sandbox that works, or in words why there is none. Tried for real: whether namespaces may be made depends on kernel and container. */
export async function findSandbox(path = process.env['PATH'] ?? ''): Promise<SandboxTools | string> {
  if (process.platform !== 'linux') return 'a sandbox takes Linux';
  const bwrap = findProgram('bwrap', [...path.split(delimiter), '/usr/bin', '/usr/local/bin']);
  if (bwrap === undefined) return `bubblewrap is not installed. ${HELP}`;
  const why = await tryOut(bwrap);
  return why === undefined ? { bwrap } : `bubblewrap does not work here: ${why}. ${HELP}`;
}

function findProgram(name: string, places: readonly string[]): string | undefined {
  return places.filter((place) => place.startsWith('/')).map((place) => join(place, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // Not here: look in the next place.
  }
}

async function tryOut(bwrap: string): Promise<string | undefined> {
  const plan = { bwrap, system: systemParts(false), writable: [], cwd: '/', network: false, limits: RUN_LIMITS, root: process.getuid?.() === 0, command: ['true'] };
  const [file, ...args] = sandboxArgv(plan);
  const trial = promisify(execFile)(file!, args, { env: TOOL_ENVIRONMENT, timeout: TRIAL_MS });
  trial.child.stdin?.on('error', () => undefined); // bubblewrap may end without reading it; its exit code says what happened
  trial.child.stdin?.end('exec "$@"\n');
  try {
    await trial;
    return undefined;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    return (stderr?.trim().split('\n').at(-1) ?? '') || message;
  }
}

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, realpathSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { SlipwayError } from '@slipway/kernel';
import { RUN_ID_VARIABLE } from './find-processes.js';
import { type SandboxTools, TOOL_ENVIRONMENT } from './find-sandbox.js';
import type { Confinement } from './isolation.js';
import type { RunSpec } from './run-spec.js';
import { SANDBOX_USER, sandboxArgv, type SandboxPlan } from './sandbox.js';
import { type Child, withExit } from './start-command.js';
import { startScript, type StartWord } from './start-script.js';
import { systemParts } from './system-view.js';

/** The running command's sandbox, or in words why the command could not be started. @throws SlipwayError SANDBOX_UNAVAILABLE */
export async function startSandboxed(spec: RunSpec, runId: string, confinement: Confinement, tools: SandboxTools): Promise<Child | string> {
  const [command] = spec.command;
  if (command === undefined || command === '') return 'cannot start: the command is empty';
  if (!existsSync(spec.cwd)) return `cannot start ${command}: folder ${spec.cwd} does not exist`;
  const plan = planOf(spec, confinement, tools);
  if (plan.root) await giveToNobody(plan.writable.map(({ from }) => from));
  const child = await launch(sandboxArgv(plan), startScript({ ...spec.environment, [RUN_ID_VARIABLE]: runId }), runId);
  const word = await child.firstWord;
  if (word === 'started') return child;
  const said = await text(child.stderr);
  if (word === 'absent') return `cannot start ${command}: command not found`;
  if (word === 'forbidden') return `cannot start ${command}: not executable, or permission denied`;
  throw new SlipwayError('SANDBOX_UNAVAILABLE', `the sandbox could not be made: ${said.trim().split('\n').at(-1)}`);
}

function planOf({ cwd, command }: RunSpec, { isolation, writable, network }: Confinement, { bwrap }: SandboxTools): SandboxPlan {
  // By both names, if a link leads there: the command may know either.
  const folders = writable.flatMap((at) => {
    const from = realpathSync(at);
    return from === at ? [{ from, at }] : [{ from, at: from }, { from, at }];
  });
  const root = process.getuid?.() === 0;
  return { bwrap, system: systemParts(network), writable: folders, cwd, network, limits: isolation.limits, root, command };
}

/** Links are given away themselves, not what they lead to. Nothing else works in the folders yet. */
async function giveToNobody(folders: readonly string[]): Promise<void> {
  if (folders.length > 0) await promisify(execFile)('chown', ['-hRP', `${SANDBOX_USER}:${SANDBOX_USER}`, '--', ...folders], { env: TOOL_ENVIRONMENT });
}

interface Sandboxed extends Child {
  readonly firstWord: Promise<StartWord | undefined>;
}

async function launch([file, ...args]: readonly string[], script: string, runId: string): Promise<Sandboxed> {
  const child = spawn(file!, args, {
    cwd: '/',
    env: { ...TOOL_ENVIRONMENT, [RUN_ID_VARIABLE]: runId },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined); // the sandbox may end without reading it; its missing word says so
  const running = withExit(child);
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw new SlipwayError('SANDBOX_UNAVAILABLE', `${file} cannot be run: ${(error as Error).message}`, [], { cause: error });
  }
  child.stdin.end(script);
  return Object.assign(running, listen(child.stdio[3] as Readable));
}

/** `firstWord` is undefined if the sandbox ended before it said one. `leftProcesses` is known once the child has ended. */
function listen(words: Readable): { firstWord: Promise<StartWord | undefined>; leftProcesses: Promise<boolean> } {
  const heard: string[] = [];
  const lines = createInterface(words);
  lines.on('line', (line) => heard.push(line));
  words.on('error', () => lines.close());
  const closed = once(lines, 'close');
  const first = Promise.race([once(lines, 'line'), closed]);
  return { firstWord: first.then(() => heard[0] as StartWord | undefined), leftProcesses: closed.then(() => heard.includes('left')) };
}

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProcesses } from './find-processes.js';
import { findSandbox } from './find-sandbox.js';
import { type Isolation, openIsolation } from './isolation.js';
import { killOrphans } from './kill-orphans.js';
import { READ_SOURCES } from './read-sources.fixtures.js';
import { runCommand } from './run-command.js';
import type { RunSpec } from './run-spec.js';

// Processes and disks are slow on a machine that is busy. What a sandbox keeps away: apps/build/src/sandbox.int.spec.ts.
jest.setTimeout(30_000);

let isolation: Isolation;
let directory: string;
let work: string;
let logFile: string;

beforeAll(async () => {
  isolation = await openIsolation('require');
  if (isolation.missing !== undefined) throw new Error(`these tests need a sandbox: ${isolation.missing}`);
});
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-sandbox-'));
  work = join(directory, 'work');
  mkdirSync(work);
  logFile = join(directory, 'log');
});
afterEach(() => rmSync(directory, { recursive: true }));

const run = (command: string[], more: Partial<RunSpec> = {}) =>
  runCommand({
    command,
    cwd: work,
    environment: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    timeoutMs: 20_000,
    outputLimitBytes: 1_000_000,
    logFile,
    confinement: { isolation, writable: [work], network: false },
    ...more,
  });
const shell = (script: string, more: Partial<RunSpec> = {}) => run(['sh', '-c', script], more);

describe('a command in a sandbox', () => {
  it('sees its folder, its arguments and its environment as they are', async () => {
    const odd = `it's "odd" $HOME \\ \`x\`\nend`;
    const result = await run(['sh', '-c', 'pwd; printf "%s|" "$@"; printf %s "$ODD"; touch made', 'sh', odd, '', '-x'], { environment: { PATH: '/usr/bin:/bin', ODD: odd } });
    expect(result.tail).toBe(`${work}\n${odd}||-x|${odd}`);
    expect(readdirSync(work)).toEqual(['made']);
  });

  it('sees no more of the environment than it was given', async () => {
    const { tail } = await run(['env'], { environment: { PATH: '/usr/bin:/bin', code: '7', IFS: '/' }, runId: 'r1' });
    expect(tail.trim().split('\n').sort()).toEqual(['IFS=/', 'PATH=/usr/bin:/bin', 'SLIPWAY_RUN_ID=r1', 'code=7']);
  });

  it('has its environment in nobody else\'s sight', async () => {
    const marked = shell('sleep 0.5', { environment: { PATH: '/usr/bin:/bin', TOKEN: 'hush-7261' } });
    await sleep(250);
    const arguments_ = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(commandLine);
    await marked;
    expect(arguments_.some((line) => line.includes('bwrap'))).toBe(true);
    expect(arguments_.some((line) => line.includes('hush-7261'))).toBe(false);
  });

  it.each<[string, string, object]>([
    ['an exit code', 'exit 3', { outcome: 'exited', exitCode: 3, signal: null }],
    ['a signal', 'kill -SEGV $$', { outcome: 'signalled', exitCode: null, signal: 'SIGSEGV' }],
    ['a signal to a child only', '(kill -KILL $(exec sh -c "echo \\$PPID")); exit 4', { outcome: 'exited', exitCode: 4 }],
  ])('is told by %s', async (_, line, outcome) => {
    expect(await shell(line)).toMatchObject({ ...outcome, tail: expect.not.stringContaining('egmentation') as string, leftProcesses: false });
  });

  it.each<[string, string[], Partial<RunSpec>, string]>([
    ['is not found', ['no-such-command'], {}, 'command not found'],
    ['is a builtin of the shell only', ['export'], {}, 'command not found'],
    ['is not executable', ['/etc/passwd'], {}, 'not executable'],
    ['has no folder', ['true'], { cwd: '/no/such/folder' }, '/no/such/folder does not exist'],
    ['is empty', [], {}, 'the command is empty'],
  ])('is not started when it %s', async (_, command, more, words) => {
    const result = await run(command, more);
    expect(result).toMatchObject({ outcome: 'notStarted', exitCode: null });
    expect(result.tail).toContain(words);
  });

  it('has time to tidy up after SIGTERM', async () => {
    const result = await shell(`trap 'echo tidied; exit 0' TERM; while :; do sleep 0.05; done`, { timeoutMs: 300 });
    expect(result).toMatchObject({ outcome: 'timedOut', exitCode: 0, tail: expect.stringContaining('tidied') as string });
  });

  it('is not blamed for a pipe that ends just after it', async () => {
    expect(await shell('(sleep 0.05; echo late) & echo early')).toMatchObject({ leftProcesses: false, tail: 'early\nlate\n' });
  });

  it.each([['node', 'v'], ['npm', '']])('can be %s', async (name, begin) => {
    const result = await run([name, '--version'], { environment: { PATH: process.env['PATH'] ?? '', HOME: work } });
    expect(result).toMatchObject({ exitCode: 0, tail: expect.stringMatching(`^${begin}\\d+\\.`) as string });
  });

  it('costs some milliseconds', async () => {
    const times = { with: await median(() => shell('true')), without: await median(() => shell('true', { confinement: undefined })) };
    console.log(`one run of true: ${times.with.toFixed(0)} ms in a sandbox, ${times.without.toFixed(0)} ms without`);
    expect(times.with).toBeLessThan(1_000);
  });
});

describe('after a crash of ours', () => {
  it('nothing is left, also of a daemon that cleared its environment', async () => {
    const killed = spawn(process.execPath, ['-e', starter('env -i setsid sleep 61.73 & sleep 61.73')], { stdio: 'inherit' });
    while (sleepers().length < 2) await sleep(20);
    killed.kill('SIGKILL');
    const deadline = performance.now() + 5_000;
    while (sleepers().length > 0 && performance.now() < deadline) await sleep(20);
    expect(sleepers()).toEqual([]);
    expect(findProcesses({ runId: directory })).toEqual([]);
  });

  it('what would be left is found by its run id, and ended', async () => {
    const running = shell('env -i setsid sleep 61.73 & sleep 61.73', { runId: directory });
    while (sleepers().length < 2) await sleep(20);
    expect(await killOrphans(directory)).toBeGreaterThan(2);
    expect(sleepers()).toEqual([]);
    await running;
  });
});

describe('findSandbox', () => {
  it('says what to install', async () => {
    const tools = await findSandbox('/nowhere');
    // The system's own places are looked at as well.
    expect(typeof tools === 'string' ? tools : tools.bwrap).toMatch(/apt-get install bubblewrap|^\/usr/);
  });

  it('says why one does not work', async () => {
    const broken = join(directory, 'bwrap');
    spawn('sh', ['-c', `printf '#!/bin/sh\necho no namespaces here >&2; exit 1\n' > ${broken}; chmod +x ${broken}`]);
    while (!readdirSync(directory).includes('bwrap')) await sleep(10);
    await sleep(100);
    expect(await findSandbox(directory)).toContain('bubblewrap does not work here: no namespaces here');
  });
});

const sleepers = (): string[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name) && commandLine(name) === 'sleep\0' + '61.73\0');

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return ''; // it has ended
  }
}

async function median(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let turn = 0; turn < 11; turn++) {
    const begin = performance.now();
    await work();
    times.push(performance.now() - begin);
  }
  return times.sort((a, b) => a - b)[5]!;
}

/** A program that runs a line of shell in a sandbox, as a service does. */
const starter = (line: string): string => `
  ${READ_SOURCES}
  const { openIsolation } = require(${JSON.stringify(join(__dirname, 'isolation.ts'))});
  const { runCommand } = require(${JSON.stringify(join(__dirname, 'run-command.ts'))});
  openIsolation('require').then((isolation) => runCommand({
    command: ['sh', '-c', ${JSON.stringify(line)}], cwd: ${JSON.stringify(work)}, environment: { PATH: '/usr/bin:/bin' },
    timeoutMs: 60000, outputLimitBytes: 1000, logFile: ${JSON.stringify(logFile)}, runId: ${JSON.stringify(directory)},
    confinement: { isolation, writable: [${JSON.stringify(work)}], network: false },
  }));
`;

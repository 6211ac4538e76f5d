import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProcesses } from './find-processes.js';
import { runCommand } from './run-command.js';
import type { OutputFilter, RunSpec } from './run-spec.js';

// Processes and disks are slow on a machine that is busy.
jest.setTimeout(30_000);

let directory: string;
let logFile: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-run-'));
  logFile = join(directory, 'log');
});
afterEach(() => rmSync(directory, { recursive: true }));

const run = (command: string[], more: Partial<RunSpec> = {}) =>
  runCommand({
    command,
    cwd: directory,
    environment: { PATH: '/usr/bin:/bin' },
    timeoutMs: 20_000,
    outputLimitBytes: 1_000_000,
    logFile,
    ...more,
  });
const shell = (script: string, more: Partial<RunSpec> = {}) => run(['sh', '-c', script], more);
const isAlive = (pidFile: string): boolean => {
  const stat = statOf(Number(readFileSync(join(directory, pidFile), 'utf8')));
  return stat !== undefined && !stat.includes(') Z ');
};
const statOf = (pid: number): string | undefined => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
};

describe('a command that ends by itself', () => {
  it('reports its exit code and writes both outputs in order', async () => {
    const result = await shell('echo one; sleep 0.1; echo two >&2; sleep 0.1; echo three; exit 3');
    expect(result).toMatchObject({ outcome: 'exited', exitCode: 3, signal: null, leftProcesses: false, outputBytes: 14 });
    expect(readFileSync(logFile, 'utf8')).toBe('one\ntwo\nthree\n');
    expect(result.tail).toBe('one\ntwo\nthree\n');
  });

  it('sees only the environment that it was given', async () => {
    const result = await shell('env', { environment: { PATH: '/usr/bin:/bin', GREETING: 'hello' }, runId: 'r1' });
    const names = result.tail.trim().split('\n').map((line) => line.split('=')[0]);
    expect(names.filter((name) => name !== 'PWD' && name !== '_').sort()).toEqual(['GREETING', 'PATH', 'SLIPWAY_RUN_ID']);
  });

  it('is told from one that was ended by a signal', async () => {
    expect(await shell('kill -KILL $$')).toMatchObject({ outcome: 'signalled', exitCode: null, signal: 'SIGKILL' });
  });

  it('is not blamed for a pipe that ends just after it', async () => {
    expect(await shell('(sleep 0.05; echo late) & echo early')).toMatchObject({ leftProcesses: false, tail: 'early\nlate\n' });
  });
});

describe('a filter', () => {
  /** Hides `abc`, also when it comes in pieces: holds back the last two bytes. */
  const hiding = (): OutputFilter => {
    let held = '';
    const pass = (text: string, keep: number): Buffer => {
      const safe = text.replaceAll('abc', '***');
      held = safe.slice(Math.max(0, safe.length - keep));
      return Buffer.from(safe.slice(0, Math.max(0, safe.length - keep)));
    };
    return { push: (chunk) => pass(held + chunk.toString(), 2), end: () => pass(held, 0) };
  };

  it('rewrites all that is written and kept, each output by itself and both together', async () => {
    const result = await shell('printf a; sleep 0.2; printf "bc-" >&2; sleep 0.2; printf "bc "; sleep 0.1; printf "xabcx a" >&2', { filter: hiding });
    const log = readFileSync(logFile, 'utf8');
    expect(log).not.toContain('abc');
    expect([...log].sort().join('')).toBe([...'***bc-x***x a '].sort().join(''));
    expect(result).toMatchObject({ outcome: 'exited', tail: log, outputBytes: log.length });
  });

  it('gives back what it held when the command is ended, and counts what is written', async () => {
    expect(await shell('echo abcab; sleep 30', { filter: hiding, timeoutMs: 500 })).toMatchObject({ outcome: 'timedOut', tail: '***ab\n', outputBytes: 6 });
    expect(await shell('printf abcabcabc', { filter: hiding, outputLimitBytes: 5 })).toMatchObject({ outcome: 'outputLimit', tail: '*****' });
  });
});

describe('a command that does not start', () => {
  it.each([
    ['is not found', ['no-such-command'], {}, 'command not found'],
    ['is not executable', ['./log'], {}, 'not executable'],
    ['has no folder', ['true'], { cwd: '/no/such/folder' }, '/no/such/folder does not exist'],
    ['is empty', [], {}, 'the command is empty'],
  ])('because it %s', async (_name, command, more, words) => {
    const result = await run(command, more);
    expect(result).toMatchObject({ outcome: 'notStarted', exitCode: null, outputBytes: 0 });
    expect(result.tail).toContain(words);
  });

  it('because it was aborted before', async () => {
    expect(await shell('touch ran', { signal: AbortSignal.abort() })).toMatchObject({ outcome: 'aborted' });
    expect(() => statSync(join(directory, 'ran'))).toThrow('ENOENT');
  });
});

describe('a command that is ended', () => {
  it('at the time limit, also with a child that ignores SIGTERM', async () => {
    const result = await shell(`(trap '' TERM; while :; do sleep 0.1; done) & echo $! > child; wait`, { timeoutMs: 300 });
    expect(result).toMatchObject({ outcome: 'timedOut', leftProcesses: false });
    expect(result.durationMs).toBeGreaterThan(2_000);
    expect(result.durationMs).toBeLessThan(15_000);
    expect(isAlive('child')).toBe(false);
  });

  it('with time to tidy up after SIGTERM', async () => {
    const result = await shell(`trap 'echo tidied; exit 0' TERM; while :; do sleep 0.05; done`, { timeoutMs: 200 });
    expect(result).toMatchObject({ outcome: 'timedOut', exitCode: 0, tail: expect.stringContaining('tidied') as string });
  });

  it('when the caller aborts', async () => {
    const abort = new AbortController();
    const result = await shell('sleep 30', { signal: abort.signal, onStarted: () => abort.abort() });
    expect(result).toMatchObject({ outcome: 'aborted', signal: 'SIGTERM' });
  });

  it('when it prints 100 MB, quickly and in little memory', async () => {
    const before = process.memoryUsage.rss();
    const result = await shell('head -c 100000000 /dev/zero', { outputLimitBytes: 5_000_000 });
    expect(result).toMatchObject({ outcome: 'outputLimit', outputBytes: 5_000_000 });
    expect(statSync(logFile).size).toBe(5_000_000);
    expect(result.durationMs).toBeLessThan(10_000);
    expect(process.memoryUsage.rss() - before).toBeLessThan(60_000_000);
  });

  it('when the caller cannot record that it started', async () => {
    const failing = shell('echo $$ > leader; sleep 30', {
      onStarted: async () => {
        await new Promise((resolve) => setTimeout(resolve, 200));
        throw new Error('the log is down');
      },
    });
    await expect(failing).rejects.toThrow('the log is down');
    expect(isAlive('leader')).toBe(false);
  });
});

describe('100 MB below the limit', () => {
  it('reach the file without passing through memory', async () => {
    const before = process.memoryUsage.rss();
    const result = await shell('head -c 100000000 /dev/zero', { outputLimitBytes: 200_000_000 });
    expect(result).toMatchObject({ outcome: 'exited', exitCode: 0, outputBytes: 100_000_000 });
    expect(process.memoryUsage.rss() - before).toBeLessThan(60_000_000);
  });
});

describe('processes left behind', () => {
  it('are killed when they stay in the group and hold the output open', async () => {
    const result = await shell('sleep 30 & echo $! > child');
    expect(result).toMatchObject({ outcome: 'exited', exitCode: 0, leftProcesses: true });
    expect(isAlive('child')).toBe(false);
  });

  it('are killed when they went to a session of their own', async () => {
    const result = await shell(`setsid sh -c 'echo $$ > child; exec sleep 30' > /dev/null 2>&1 < /dev/null & sleep 0.3`);
    expect(result).toMatchObject({ outcome: 'exited', leftProcesses: true });
    expect(isAlive('child')).toBe(false);
  });

  it('are killed when they forked twice, and ignore SIGTERM', async () => {
    const daemon = `trap "" TERM; echo $$ > child; while :; do sleep 0.1; done`;
    const result = await shell(`(setsid sh -c '${daemon}' > /dev/null 2>&1 &) & sleep 0.3`);
    expect(result).toMatchObject({ outcome: 'exited', leftProcesses: true });
    expect(isAlive('child')).toBe(false);
  });

  it('do not keep the run open when they cannot be found, but are reported', async () => {
    const result = await shell(`env -i setsid /bin/sh -c 'echo $$ > child; exec /bin/sleep 30' & sleep 0.3`);
    expect(result).toMatchObject({ outcome: 'exited', leftProcesses: true });
    process.kill(Number(readFileSync(join(directory, 'child'), 'utf8')));
  });

  it('are gone too when the run timed out', async () => {
    const script = `setsid sh -c 'echo $$ > child; exec sleep 30' & sleep 30`;
    expect(await shell(script, { timeoutMs: 400, runId: 'timed-out' })).toMatchObject({ outcome: 'timedOut' });
    expect(isAlive('child')).toBe(false);
    expect(findProcesses({ runId: 'timed-out' })).toEqual([]);
  });
});

describe('a log that cannot be written', () => {
  it('is our fault, and ends the command', async () => {
    await expect(shell('sleep 30', { logFile: join(directory, 'none', 'log') })).rejects.toThrow('ENOENT');
    await expect(shell('echo $$ > leader; while :; do echo x; done', { logFile: '/dev/full' })).rejects.toThrow('ENOSPC');
    expect(isAlive('leader')).toBe(false);
  });
});

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '@slipway/platform';
import { findProcesses, killOrphans } from '@slipway/process-runner';

const SLIPWAY = join(ROOT, 'apps/cli/bin/slipway.js');

describe('slipway up', () => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-up-'));
  const data = join(directory, '.slipway');
  let up: ChildProcess;

  afterAll(async () => {
    // Nothing is left where all went well; a failed case may have left its platform.
    up.kill('SIGKILL');
    await killOrphans(`platform:${data}`);
    rmSync(directory, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    up = spawn(process.execPath, [SLIPWAY, 'up'], { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'], env: environment() });
    let said = '';
    await new Promise<void>((resolve, reject) => {
      up.stderr!.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes('Ctrl-C stops everything')) resolve();
      });
      up.once('exit', (code) => reject(new Error(`up ended with ${code}: ${said}`)));
    });
  }

  function slipway(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    return new Promise((resolve) => {
      execFile(process.execPath, [SLIPWAY, ...args], { cwd: directory, env: environment() }, (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }));
    });
  }

  const processes = (): number[] => findProcesses({ runId: `platform:${data}` });
  const plans = async (): Promise<unknown> => JSON.parse((await slipway('get', 'plans', '-o', 'json')).stdout);

  it('brings the platform up, and the command line finds it by its folder', async () => {
    await start();
    expect((await slipway('apply', '-f', join(ROOT, 'docs/tutorial/shop.yaml'), '--as', 'person:ann')).code).toBe(0);
    expect(await plans()).toMatchObject([{ plan: 'acme/shop', target: 'sre', matches: [{ admission: 'sre/shop' }] }]);
  }, 60_000);

  it('refuses a second platform in the same folder', async () => {
    const { code, stderr } = await slipway('up');
    expect(code).toBe(6);
    expect(stderr).toContain('DATA_DIRECTORY_IN_USE');
  }, 30_000);

  it('stops everything in order on Ctrl-C', async () => {
    expect(processes()).toHaveLength(9);
    const ended = once(up, 'exit');
    up.kill('SIGINT');
    expect((await ended)[0]).toBe(0);
    expect(processes()).toEqual([]);
    expect(existsSync(join(data, 'platform.json'))).toBe(false);
  }, 30_000);

  it('keeps its history, and cleans up after a launcher that was killed', async () => {
    await start();
    const before = processes();
    const ended = once(up, 'exit');
    up.kill('SIGKILL');
    await ended;
    await start();
    expect(processes()).toHaveLength(9);
    expect(processes().filter((pid) => before.includes(pid))).toEqual([]);
    expect(await plans()).toMatchObject([{ plan: 'acme/shop' }]);
    const stopped = once(up, 'exit');
    up.kill('SIGINT');
    await stopped;
  }, 60_000);
});

/** Without what would point it at another platform. */
function environment(): NodeJS.ProcessEnv {
  const { SLIPWAY_NATS: _nats, SLIPWAY_NATS_SEED_FILE: _seed, SLIPWAY_EVENTSTORE: _eventStore, ...rest } = process.env;
  return rest;
}

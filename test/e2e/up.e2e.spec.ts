import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '@slipway/platform';
import { findProcesses, killOrphans } from '@slipway/process-runner';
import { tutorialAdmission, withoutSlipway } from './newcomer.js';

const SLIPWAY = join(ROOT, 'apps/cli/bin/slipway.js');

describe('slipway up', () => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-up-'));
  const data = join(directory, '.slipway');
  const environment = withoutSlipway(directory);
  let up: ChildProcess;

  afterAll(async () => {
    // Nothing is left where all went well; a failed case may have left its platform.
    up.kill('SIGKILL');
    await killOrphans(`platform:${data}`);
    rmSync(directory, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    up = spawn(process.execPath, [SLIPWAY, 'up'], { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'], env: environment });
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
      execFile(process.execPath, [SLIPWAY, ...args], { cwd: directory, env: environment }, (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }));
    });
  }

  /** As somebody of both teams, with the token that the first administrator makes for them. */
  async function signIn(): Promise<void> {
    environment['SLIPWAY_TOKEN_FILE'] = join(data, 'gateway/first-administrator.token');
    const { stdout } = await slipway('token', 'create', 'person:ann', '--grant', 'acme:developer', 'sre:policy-author');
    writeFileSync(join(directory, 'ann.token'), stdout);
    environment['SLIPWAY_TOKEN_FILE'] = 'ann.token';
  }

  const processes = (): number[] => findProcesses({ runId: `platform:${data}` });
  const plans = async (): Promise<unknown> => JSON.parse((await slipway('get', 'plans', '-o', 'json')).stdout);

  it('brings the platform up, and the command line finds it by its folder', async () => {
    await start();
    expect(await slipway('get', 'plans')).toMatchObject({ code: 4, stderr: expect.stringContaining(`slipway login --token-stdin < ${join(data, 'gateway/first-administrator.token')}`) as string });
    await signIn();
    writeFileSync(join(directory, 'admission.yaml'), tutorialAdmission((await slipway('show', 'builder', '-o', 'yaml')).stdout));
    expect(await slipway('apply', '-f', join(ROOT, 'docs/tutorial/shop.yaml'), 'admission.yaml')).toMatchObject({ code: 0 });
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


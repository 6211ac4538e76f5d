import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, ROOT } from '@slipway/platform';
import { killOrphans } from '@slipway/process-runner';
import { withoutSlipway } from './newcomer.js';
import { type Block, blocksOf, linesMissing } from './tutorial-blocks.js';

const SLIPWAY = join(ROOT, 'apps/cli/bin/slipway.js');
const TUTORIAL = join(ROOT, 'docs/tutorial');
/** Done by the test itself. */
const OWN = ['npm start', 'fuser '];
/** What only asks may be asked again until it is as the page says. */
const ASKS = /^(curl|ann (waiting|matrix)|sam history)/;
const PATIENCE_MS = 20_000;

const page = readFileSync(join(TUTORIAL, 'first-release.md'), 'utf8');
const blocks = blocksOf(page).filter(({ commands }) => !OWN.some((own) => commands.startsWith(own)));

describe('the tutorial, each command as it is written', () => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-tutorial-'));
  const ports: Record<string, string> = {};
  let up: ChildProcess;
  let shell: ChildProcess;
  let said = '';

  /** The tutorial's fixed places, moved to where this test may be. */
  const moved = (text: string): string => text.replaceAll('/tmp/shop', join(directory, 'shop')).replace(/\b808[12]\b/g, (port) => ports[port]!);

  beforeAll(async () => {
    for (const port of ['8081', '8082']) ports[port] = String(await freePort());
    mkdirSync(join(directory, 'docs/tutorial'), { recursive: true });
    for (const file of readdirSync(TUTORIAL)) writeFileSync(join(directory, 'docs/tutorial', file), moved(readFileSync(join(TUTORIAL, file), 'utf8')));
    mkdirSync(join(directory, 'bin'));
    writeFileSync(join(directory, 'bin/npx'), `#!/bin/sh\nshift\nexec '${process.execPath}' '${SLIPWAY}' "$@"\n`);
    chmodSync(join(directory, 'bin/npx'), 0o755);
    const env = { ...withoutSlipway(directory), PATH: `${join(directory, 'bin')}:${process.env['PATH']}` };
    up = spawn(process.execPath, [SLIPWAY, 'up'], { cwd: directory, env, stdio: ['ignore', 'ignore', 'pipe'] });
    await heardFrom(up, 'Ctrl-C stops everything');
    shell = spawn('bash', { cwd: directory, env, stdio: ['pipe', 'pipe', 'ignore'] });
    shell.stdout!.on('data', (chunk: Buffer) => (said += chunk.toString()));
    shell.stdin!.write(`exec 2>&1\nset -E\ntrap 'echo "@@failed"' ERR\n`);
  }, 60_000);

  afterAll(async () => {
    shell.kill('SIGKILL');
    const gone = once(up, 'exit');
    up.kill('SIGINT');
    await gone;
    await killOrphans(`platform:${join(directory, '.slipway')}`);
    for (const environment of ['staging', 'production']) await killOrphans(`host.deploy:${join(directory, 'shop-hosts', environment)}`);
    rmSync(directory, { recursive: true, force: true });
  }, 30_000);

  async function output(commands: string): Promise<string> {
    said = '';
    shell.stdin!.write(`${moved(commands)}\necho "@@done"\n`);
    while (!said.includes('@@done')) await sleep(20);
    return said;
  }

  /** What is wrong with it; empty: nothing. */
  async function follow({ commands, quoted }: Block): Promise<string[]> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const text = await output(commands);
      const missing = linesMissing(moved(quoted), text);
      const failed = text.includes('@@failed') !== quoted.includes('slipway: ');
      if (missing.length === 0 && !failed) return [];
      if (!ASKS.test(commands) || Date.now() > deadline) return [...missing.map((line) => `missing: ${line}`), ...(failed ? ['another exit code than the page shows'] : []), text];
      await sleep(200);
    }
  }

  it('is found', () => expect(blocks.length).toBeGreaterThan(12));

  it.each(blocks.map((block) => [block.commands.split('\n')[0]!, block] as const))('%s', async (_first, block) => expect(await follow(block)).toEqual([]), 60_000);
});

async function heardFrom(child: ChildProcess, words: string): Promise<void> {
  let heard = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr!.on('data', (chunk: Buffer) => ((heard += chunk.toString()).includes(words) ? resolve() : undefined));
    child.once('exit', (code) => reject(new Error(`it ended with ${code}: ${heard}`)));
  });
}

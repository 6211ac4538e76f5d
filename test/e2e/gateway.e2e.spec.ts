import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { readPlatformFile, ROOT } from '@slipway/platform';
import { killOrphans } from '@slipway/process-runner';
import { tutorialAdmission, withoutSlipway } from './newcomer.js';

const SLIPWAY = join(ROOT, 'apps/cli/bin/slipway.js');
const AUDIENCE = 'https://slipway.example.org';

/** Starts a program and resolves with what the expression finds in its words. */
async function started(child: ChildProcess, words: RegExp, from: 'stdout' | 'stderr'): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    child[from]!.on('data', (chunk: Buffer) => {
      const found = words.exec((said += chunk.toString()));
      if (found) resolve(found[1]!);
    });
    child.once('exit', (code) => reject(new Error(`it ended with ${code}: ${said}`)));
  });
}

describe('people at the gateway of a platform', () => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-gateway-'));
  const data = join(directory, '.slipway');
  let provider: ChildProcess;
  let up: ChildProcess;
  let issuer: string;

  const environment = (home: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({ ...withoutSlipway(join(directory, home)), ...more });

  function slipway(home: string, args: readonly string[], { stdin = '', more = {} }: { stdin?: string; more?: NodeJS.ProcessEnv } = {}): Promise<{ code: number; stdout: string; stderr: string }> {
    return new Promise((resolve) => {
      const child = execFile(process.execPath, [SLIPWAY, ...args], { cwd: directory, env: environment(home, more) }, (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }));
      child.stdin!.end(stdin);
    });
  }

  beforeAll(async () => {
    const key = { ...generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({ format: 'jwk' }), kid: 'k', use: 'sig', alg: 'RS256' };
    provider = spawn(process.execPath, [join(ROOT, 'test/oidc/provider.mjs')], { env: { ...environment('nobody'), NODE_OPTIONS: '', OIDC_KEYS: JSON.stringify({ keys: [key] }) }, stdio: ['pipe', 'pipe', 'ignore'] });
    issuer = await started(provider, /(http:\S+)/, 'stdout');
    const access = join(directory, 'access.yaml');
    const roles = { acme: ['developer', 'releaser'], sre: ['policy-author'] };
    writeFileSync(access, JSON.stringify({ people: [{ person: 'ann', subjects: [{ issuer, subject: 'alice' }], grants: roles }] }));
    for (const home of ['admin', 'ann', 'ci']) mkdirSync(join(directory, home));
    up = spawn(process.execPath, [SLIPWAY, 'up'], { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'], env: environment('admin', { SLIPWAY_OIDC_ISSUER: issuer, SLIPWAY_OIDC_AUDIENCE: AUDIENCE, SLIPWAY_ACCESS_FILE: access }) });
    await started(up, /(Ctrl-C stops everything)/, 'stderr');
  }, 60_000);

  afterAll(async () => {
    provider?.kill('SIGKILL');
    const gone = once(up, 'exit');
    up.kill('SIGINT');
    await gone;
    await killOrphans(`platform:${data}`);
    rmSync(directory, { recursive: true, force: true });
  }, 30_000);

  it('begin with the first administrator\'s token, which makes others', async () => {
    const token = readFileSync(join(data, 'gateway/first-administrator.token'), 'utf8');
    expect(await slipway('admin', ['login', '--token-stdin'], { stdin: token })).toMatchObject({ code: 0, stdout: expect.stringContaining('as person:administrator') as string });
    const made = await slipway('admin', ['token', 'create', 'machine:ci', '--grant', 'acme:developer', '--days', '1']);
    expect(made.code).toBe(0);
    const more = { SLIPWAY_TOKEN: made.stdout.trim() };
    expect((await slipway('ci', ['whoami'], { more })).stdout).toContain('machine:ci by token');
    expect(await slipway('ci', ['can', 'tokens.manage'], { more })).toMatchObject({ code: 4 });
    expect(await slipway('ci', ['token', 'list'], { more })).toMatchObject({ code: 4, stderr: expect.stringContaining('NOT_ALLOWED') as string });
  }, 30_000);

  it('sign in with a browser, and what they do is recorded as theirs', async () => {
    const login = spawn(process.execPath, [SLIPWAY, 'login', '--oidc'], { cwd: directory, env: environment('ann', { PATH: '/nonexistent' }), stdio: ['ignore', 'pipe', 'pipe'] });
    const out = text(login.stdout);
    const page = await started(login, /sign in with a browser: (\S+)/, 'stderr');
    const end = await (await fetch(`${issuer}/test/browse?${new URLSearchParams({ to: page }).toString()}`)).text();
    expect(await (await fetch(end)).text()).toBe('You are signed in. This page can be closed.\n');
    expect(await out).toContain('as person:ann');

    const builder = await slipway('ann', ['show', 'builder', '-o', 'yaml']);
    expect(await slipway('ann', ['apply', '-f', join(ROOT, 'docs/tutorial/shop.yaml'), '-'], { stdin: tutorialAdmission(builder.stdout) })).toMatchObject({ code: 0 });
    expect(JSON.parse((await slipway('ann', ['get', 'plans', '-o', 'json'])).stdout)).toMatchObject([{ plan: 'acme/shop', matches: [{ admission: 'sre/shop' }] }]);
    const freeze = await slipway('ann', ['freeze', 'sre/f', '--environments', 'production', '--reason', 'why', '-o', 'json']);
    expect((JSON.parse(freeze.stdout) as { events: unknown }).events).toMatchObject([{ type: 'FreezeDeclared' }]);
    expect(JSON.parse((await slipway('ann', ['get', 'freezes', '-o', 'json'])).stdout)).toMatchObject([{ freeze: 'sre/f', by: 'person:ann' }]);
  }, 60_000);

  it('are nobody without a token', async () => {
    const answer = await fetch(`${readPlatformFile(data)!.gateway}/v1/applications`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([401, 'application/problem+json']);
  });
});

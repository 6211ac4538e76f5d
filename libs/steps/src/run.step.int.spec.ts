import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunStep } from '@slipway/deployment/contract';
import { SecretMask } from './mask/secret-mask.js';
import { openIsolation, type RunLimits } from '@slipway/process-runner';
import { Bench, until } from './steps.fixtures.js';

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.open();
});
afterEach(() => bench.dispose());

const shell = (line: string, more: Partial<RunStep> = {}): RunStep => ({ name: 'migrate', type: 'run', command: ['sh', '-c', line], ...more });

/** Whether any process has this text in its command line. */
const runs = (text: string): boolean =>
  readdirSync('/proc').some((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(text);
    } catch {
      return false;
    }
  });

it('runs a command in a folder of its own and logs what it prints', async () => {
  expect(await bench.run(shell('pwd; echo wrong >&2'))).toEqual({ output: {} });
  expect(bench.log()).toBe(`${join(bench.root, 'work')}\nwrong\n`);
});

it('shows it nothing of the environment but what it needs and what the step says', async () => {
  process.env['SLIPWAY_TEST_ONLY'] = 'leak';
  await bench.run({ name: 'env', type: 'run', command: ['env'], environment: { COLOUR: 'blue' } }).finally(() => delete process.env['SLIPWAY_TEST_ONLY']);
  const names = bench.log().trim().split('\n').map((line) => line.split('=')[0]);
  expect(names.sort()).toEqual(['COLOUR', 'HOME', 'LANG', 'PATH', 'SLIPWAY_RUN_ID']);
});

it('gives secrets by reference, as variables, and hides them in the log', async () => {
  const expected = { EXPECTED: 'tok-from-env tok-from-file' };
  await bench.run(shell('echo "$A $B"; test "$A $B" = "$EXPECTED"', { environment: expected, secrets: { A: 'env:TOKEN', B: 'file:token' } }));
  expect(bench.log()).toBe('[secret] [secret]\n');
});

describe('secrets as files', () => {
  const key = '-----BEGIN KEY-----\nabcdefgh\n-----END KEY-----';
  const step = (line: string): RunStep => shell(line, { secretFiles: { KEY: 'file:key', TOKEN: 'env:TOKEN' } });
  beforeEach(() => writeFileSync(join(bench.root, 'secrets', 'key'), key));

  it('are for this user only, hold nothing but the secret, and are gone after the step', async () => {
    await bench.run(step('stat -c %a "$KEY" "$TOKEN" $(dirname "$KEY"); wc -c < "$TOKEN"; tail -c 1 "$KEY" | od -An -c; dirname "$KEY"; cat "$KEY"'));
    const folder = join(bench.root, 'work', '.secrets');
    expect(bench.log()).toBe(`600\n600\n700\n12\n  \\n\n${folder}\n[secret]\n`);
    expect(existsSync(folder)).toBe(false);
  });

  it.each(['exit 3', 'kill -9 $$', 'echo more > "$(dirname "$KEY")/more"; exit 1'])('are gone after %s', async (line) => {
    await bench.failure(step(line));
    expect(readdirSync(join(bench.root, 'work'))).toEqual([]);
  });

  it('take the place of what a crash left', async () => {
    mkdirSync(join(bench.root, 'work', '.secrets'));
    writeFileSync(join(bench.root, 'work', '.secrets', 'KEY'), 'old', { mode: 0o644 });
    await bench.run(step('stat -c %a "$KEY"; grep -c abcdefgh "$KEY"'));
    expect(bench.log()).toBe('600\n1\n');
  });
});

it('warns of a secret that is too short to be hidden, by its reference', async () => {
  await bench.run(shell('echo "$A."', { secrets: { A: 'env:PIN', B: 'env:TOKEN', C: 'env:EMPTY' } }));
  expect(bench.log()).toBe('== warning: secret env:PIN is shorter than 4 characters and is not masked in this log\n12\n.\n');
});

it('hides secrets that earlier steps brought into play', async () => {
  const mask = new SecretMask();
  await bench.run(shell('true', { secrets: { A: 'env:TOKEN' } }), { mask });
  await bench.run(shell('echo tok-from-env'), { mask });
  expect(bench.log()).toBe('[secret]\n');
  const url = await bench.serve((_request, response) => void response.writeHead(500).end(`${'x'.repeat(190)} tok-from-env`));
  const { message } = await bench.failure({ name: 'verify', type: 'http.verify', url, tries: 1 }, { mask });
  expect(message).toMatch(/x \[secret\]" /);
});

it('keeps secrets out of the message of a failure', async () => {
  const { code, message } = await bench.failure(shell('echo "token is $A" >&2; exit 3', { secrets: { A: 'env:TOKEN' } }));
  expect(code).toBe('STEP_FAILED');
  expect(message).toBe('sh ended with exit code 3\ntoken is [secret]');
});

it('does not begin without its secrets', async () => {
  const { code, message } = await bench.failure(shell('touch begun', { secrets: { A: 'file:none' } }));
  expect(code).toBe('SECRET_NOT_FOUND');
  expect(message).toContain('file:none');
  expect(existsSync(join(bench.root, 'work', 'begun'))).toBe(false);
});

it.each<[string, RunStep, string, RegExp]>([
  ['is not there', { name: 'x', type: 'run', command: ['no-such-command'] }, 'STEP_FAILED', /could not be started\ncannot start no-such-command: command not found/],
  ['kills itself', shell('kill -9 $$'), 'STEP_FAILED', /was ended by SIGKILL/],
  ['takes too long', shell('echo begun; sleep 60', { timeoutSeconds: 1 }), 'STEP_TIMED_OUT', /begun/],
  ['prints without end', shell('yes'), 'STEP_OUTPUT_LIMIT', /after 16777216 bytes/],
  ['leaves a process behind', shell('sleep 47.11 &'), 'STEP_FAILED', /left processes running, which were ended/],
])('fails when the command %s', async (_, step, expected, message) => {
  const failure = await bench.failure(step);
  expect(failure.code).toBe(expected);
  expect(failure.message).toMatch(message);
  expect(runs('47.11')).toBe(false);
});

it.each<[string, () => string]>([
  ['the secrets folder', () => `cat ${join(bench.root, 'secrets', 'token')}`],
  ['the environment of the service', () => `cat /proc/${process.pid}/environ`],
  ['the passwords of the machine', () => 'cat /etc/shadow'],
])('does not let it read %s', async (_, line) => {
  expect((await bench.failure(shell(line()))).code).toBe('STEP_FAILED');
  expect(bench.log()).not.toContain('tok-from-file');
});

it('lets it reach the network, which is what it is there for', async () => {
  const url = await bench.serve((_, answer) => answer.end('hello'));
  await bench.run({ name: 'call', type: 'run', command: ['node', '-e', `fetch('${url}').then((r) => r.text()).then(console.log)`] });
  expect(bench.log()).toBe('hello\n');
});

it.each<[string, string, Partial<RunLimits>]>([
  ['STEP_DISK_LIMIT', 'while :; do head -c 1M /dev/zero >> f; done', { diskBytes: 20_000_000 }],
  ['STEP_MEMORY_LIMIT', `for i in 1 2 3; do node -e 'const b = Buffer.alloc(6e7, 1); setTimeout(() => b, 20000)' & done; wait`, { memoryBytes: 150_000_000 }],
])('ends it with %s', async (code, line, limits) => {
  expect((await bench.failure(shell(line), { isolation: await openIsolation('require', limits) })).code).toBe(code);
});

it('ends first what a crash left of the same attempt', async () => {
  const runId = `steps-spec:${bench.root}`;
  spawn('sleep', ['47.13'], { detached: true, stdio: 'ignore', env: { PATH: process.env['PATH'], SLIPWAY_RUN_ID: runId } }).unref();
  await until(() => runs('47.13'));
  await bench.run(shell('true'));
  expect(runs('47.13')).toBe(false);
});

it('ends with the signal, whose reason it throws', async () => {
  const running = bench.run(shell('sleep 47.12 & echo begun; wait'));
  const ended = expect(running).rejects.toThrow('stopping');
  await until(() => existsSync(bench.logFile) && bench.log().includes('begun'));
  bench.stopping.abort(new Error('stopping'));
  await ended;
  await sleep(50);
  expect(runs('47.12')).toBe(false);
});

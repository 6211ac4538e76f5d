import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Component } from '@slipway/build';
import { codeOf } from '@slipway/kernel';
import { findProcesses, type Isolation, openIsolation, type RunLimits } from '@slipway/process-runner';
import { Attempt } from './attempt.js';
import type { NetworkRule } from './build.config.js';
import { component, shell, subjectWith, temporaryFolder } from './build.fixtures.js';
import { runRecipe } from './run-recipe.js';

// What a hostile recipe tries, as a developer could write it. Each attack is one that works without the sandbox.
jest.setTimeout(60_000);

const MIB = 1024 * 1024;
const LIMITS: RunLimits = { memoryBytes: 512 * MIB, diskBytes: 64 * MIB, processes: 64, openFiles: 256 };
const SECRET = 'canary-5f1c7e';

const root = temporaryFolder();
let isolation: Isolation;
let service: ChildProcess;
let server: Server;
let udp: Socket;
let heard = 0;
let count = 0;

beforeAll(async () => {
  isolation = await openIsolation('require', LIMITS);
  if (isolation.missing !== undefined) throw new Error(`these tests need a sandbox: ${isolation.missing}`);
  mkdirSync(join(root, 'keys'));
  writeFileSync(join(root, 'keys', 'build.key'), SECRET);
  mkdirSync(join(root, 'work/other_team_1.0.0-rc1_1/checkout'), { recursive: true });
  writeFileSync(join(root, 'work/other_team_1.0.0-rc1_1/checkout/secret.txt'), SECRET);
  service = spawn('sleep', ['600'], { env: { PATH: process.env['PATH'], SLIPWAY_TOKEN: SECRET }, stdio: 'ignore' });
  server = createServer((socket) => { heard++; socket.end(SECRET); }).listen(0, '127.0.0.1');
  udp = createSocket('udp4').on('message', () => heard++);
  udp.bind(0, '127.0.0.1');
  await Promise.all([once(service, 'spawn'), once(server, 'listening'), once(udp, 'listening')]);
});
afterAll(() => {
  service.kill();
  server.close();
  udp.close();
});

interface Try {
  readonly code: string;
  readonly message: string;
  readonly log: string;
  readonly attempt: Attempt;
}

/** Runs a recipe; `code` is what the build ends with, `none` if it succeeds. */
async function attack(recipe: Component, network: NetworkRule = 'recipe', limits = isolation): Promise<Try> {
  const attempt = new Attempt(root, subjectWith([]), ++count);
  await attempt.prepare();
  mkdirSync(attempt.checkout);
  const failure = await runRecipe(recipe, attempt, { isolation: limits, network }, new AbortController().signal).then(
    () => undefined,
    (error: Error) => error,
  );
  expect(findProcesses({ runId: attempt.folder })).toEqual([]);
  const log = network === 'none' ? '' : readFileSync(attempt.log, 'utf8').split('\n').slice(1).join('\n');
  return { code: failure ? codeOf(failure) : 'none', message: failure?.message ?? '', log, attempt };
}

/** A recipe that is a program for node, which is quicker at evil than a shell. */
const program = (text: string, more: object = {}): Component => component({ command: ['node', '-e', text], ...more });

const key = (): string => join(root, 'keys', 'build.key');
const alive = (text: string): number[] =>
  readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => cmdline(pid).includes(text));

function cmdline(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return ''; // it has ended
  }
}

describe('a recipe reads', () => {
  it.each<[string, () => string]>([
    ["the platform's key", () => `cat ${key()}`],
    ["the platform's key through a link", () => `ln -s ${key()} link; cat link`],
    ["the platform's key through its own /proc", () => `cat /proc/self/root${key()} || cat /proc/1/root${key()} || cat /proc/1/cwd${key()}`],
    ["another workspace's checkout", () => `cat ${join(root, 'work/other_team_1.0.0-rc1_1/checkout/secret.txt')}`],
    ['what is beside its checkout', () => `cat ../../other_team_1.0.0-rc1_1/checkout/secret.txt`],
    ['the environment of a service', () => `cat /proc/${service.pid}/environ`],
    ['the environment of all processes', () => `cat /proc/[0-9]*/environ | tr '\\0' '\\n' | grep SLIPWAY_TOKEN`],
    ['the memory of a service', () => `cat /proc/${service.pid}/mem`],
    ['the passwords of the machine', () => 'cat /etc/shadow'],
    ["the home of the service's user", () => `ls -A ${process.env['HOME']}/.`],
  ])('%s', async (_, line) => {
    const { code, log, message } = await attack(shell(line()));
    expect(code).toBe('RECIPE_FAILED');
    expect(log + message).not.toContain(SECRET);
  });

  it('only its own processes, its own folders and the system', async () => {
    const { code, log } = await attack(shell('ls /; echo --; ls -d /proc/[0-9]* | wc -l; echo --; ls $(dirname $PWD)'));
    expect(code).toBe('none');
    const [top, processes, beside] = log.split('--\n');
    const system = new Set(['bin', 'dev', 'etc', 'lib', 'lib32', 'lib64', 'libx32', 'proc', 'sbin', 'tmp', 'usr', root.split('/')[1]]);
    expect(top!.trim().split('\n').filter((name) => !system.has(name))).toEqual([]);
    expect(Number(processes)).toBeLessThanOrEqual(5);
    expect(beside!.trim().split('\n')).toEqual(['checkout', 'home', 'tmp']);
  });
});

describe('a recipe has no rights', () => {
  it('and is nobody, without capabilities', async () => {
    const { log } = await attack(shell('id -u; grep -c "^Cap...:.0000000000000000$" /proc/self/status; grep NoNewPrivs /proc/self/status'));
    expect(log).toMatch(/^65534\n5\nNoNewPrivs:\s+1\n$/);
  });

  it.each<[string, string]>([
    ['mounts', 'mount -t tmpfs none /tmp'],
    ['makes a user namespace, to have them there', 'unshare --user --map-root-user true'],
    ['changes the system', 'echo x > /usr/bin/slipway-evil'],
    ['puts files where nobody looks', 'echo x > /slipway-evil || echo x > /etc/slipway-evil || echo x > /dev/slipway-evil'],
    ['signals a service', 'kill -9 SERVICE'],
    ['changes the kernel', 'echo 1 > /proc/sys/kernel/panic || echo c > /proc/sysrq-trigger'],
  ])('when it %s', async (_, line) => {
    expect((await attack(shell(line.replace('SERVICE', String(service.pid))))).code).toBe('RECIPE_FAILED');
    expect(service.exitCode ?? service.signalCode).toBeNull();
  });

  it('also not by libraries in its environment, which work on the command only', async () => {
    const { code, log } = await attack(component({ command: ['sh', '-c', 'id -u'], environment: { LD_PRELOAD: './evil.so', PATH: '/usr/bin:/bin', IFS: 'x', code: '9', found: '/evil' } }));
    expect(code).toBe('none');
    expect(log.match(/evil\.so/g)!.length).toBeLessThanOrEqual(3);
  });
});

describe('a recipe uses up', () => {
  it('processes: it gets no more than its limit', async () => {
    const most = { count: 0 };
    const looking = setInterval(() => { most.count = Math.max(most.count, alive('slipway-bomb').length); }, 50);
    const { code, log } = await attack(shell('bomb() { bomb | bomb & }; : slipway-bomb; bomb; while :; do sleep 0.2; done', { timeoutSeconds: 3, outputLimitBytes: 4_096 }));
    clearInterval(looking);
    expect(['RECIPE_TIMED_OUT', 'RECIPE_OUTPUT_LIMIT', 'RECIPE_FAILED']).toContain(code);
    expect(log).toContain('Cannot fork');
    // The sandbox's own processes have the command in their arguments as well.
    expect(most.count).toBeLessThanOrEqual(LIMITS.processes + 6);
    expect(alive('slipway-bomb')).toEqual([]);
  });

  it.each<[string, Component]>([
    ['one large file', shell('head -c 10G /dev/zero > big')],
    ['many files', shell('i=0; while :; do head -c 1M /dev/zero > f$i; i=$((i+1)); done')],
    ['many files, and is quick about it', shell('for i in 1 2 3; do head -c 30M /dev/zero > f$i; done')],
    ['files without names', program("const fs = require('fs'); for (let i = 0; i < 20; i++) { const f = fs.openSync('f', 'w'); fs.unlinkSync('f'); fs.writeSync(f, Buffer.alloc(8e6)); } setTimeout(() => 0, 30000)")],
    ['empty files', program("for (let i = 0; i < 50000; i++) require('fs').writeFileSync('e' + i, ''); setTimeout(() => 0, 30000)")],
    ['its home', shell('while :; do head -c 10M /dev/zero >> $HOME/f; done')],
  ])('the disk: %s', async (_, recipe) => {
    const { code, message } = await attack(recipe);
    expect(code).toBe('RECIPE_DISK_LIMIT');
    expect(message).toContain(`disk limit of ${LIMITS.diskBytes} bytes`);
  });

  it('the memory behind /tmp and /dev/shm: both are small', async () => {
    const { log } = await attack(shell('df -k --output=size /tmp /dev/shm | tail -2'), 'recipe');
    expect(log.trim().split(/\s+/).map(Number)).toEqual([256 * 1024, 64 * 1024]);
  });

  it('memory, in one process', async () => {
    const { code } = await attack(program('const all = []; for (;;) all.push(Buffer.alloc(1e7, 1))'));
    expect(['RECIPE_FAILED', 'RECIPE_MEMORY_LIMIT']).toContain(code);
  });

  it('memory, in many', async () => {
    const one = `node -e 'const all = []; for (let i = 0; i < 20; i++) all.push(Buffer.alloc(1e7, 1)); setTimeout(() => 0, 30000)'`;
    const { code, message } = await attack(shell(`${one} & ${one} & ${one} & ${one} & wait`));
    expect(code).toBe('RECIPE_MEMORY_LIMIT');
    expect(message).toContain(`memory limit of ${LIMITS.memoryBytes} bytes`);
  });
});

describe('a recipe opens the network', () => {
  const port = (): number => (server.address() as AddressInfo).port;
  const tcp = (more: object = {}): Component =>
    program(`require('net').connect(${port()}, '127.0.0.1').on('data', (d) => console.log(String(d))).on('error', (e) => { console.log(e.code); process.exit(1) })`, more);
  const datagram = (): Component =>
    program(`const s = require('dgram').createSocket('udp4'); s.send('x', ${udp.address().port}, '127.0.0.1', (e) => { s.close(); process.exit(e ? 1 : 0) })`);

  beforeEach(() => {
    heard = 0;
  });

  it('and does not reach a service of the machine over TCP', async () => {
    const { code, log } = await attack(tcp());
    expect([code, log, heard]).toEqual(['RECIPE_FAILED', 'ECONNREFUSED\n', 0]);
  });

  it('nor over UDP', async () => {
    await attack(datagram());
    await sleep(100);
    expect(heard).toBe(0);
  });

  it('nor by a name, an interface or a socket in the file system', async () => {
    const { log } = await attack(shell('getent hosts example.org || echo no name; ls /sys/class/net 2>/dev/null || echo no interfaces; ls /run /var/run 2>/dev/null || echo no sockets; tail -n +3 /proc/net/dev | wc -l'));
    expect(log).toBe('no name\nno interfaces\nno sockets\n1\n');
  });

  it('unless it asks for it, and the build service gives it', async () => {
    const { code, log } = await attack(tcp({ network: true }));
    expect([code, log, heard]).toEqual(['none', `${SECRET}\n`, 1]);
    expect((await attack(tcp(), 'all')).code).toBe('none');
  });

  it('and is refused with a code where the build service gives it to none', async () => {
    expect((await attack(tcp({ network: true }), 'none')).code).toBe('RECIPE_NETWORK_DENIED');
    expect(heard).toBe(0);
  });
});

describe('a recipe leaves a daemon behind', () => {
  it.each<[string, string]>([
    ['in a session of its own', 'setsid sleep 61.71 > /dev/null 2>&1 < /dev/null &'],
    ['that forked twice and cleared its environment', "(env -i setsid sh -c '(exec sleep 61.71) & exec sleep 61.71' > /dev/null 2>&1 < /dev/null &) &"],
    ['that ignores signals', `(env -i setsid sh -c 'trap "" TERM HUP INT; sleep 61.71; sleep 61.71' > /dev/null 2>&1 &) &`],
  ])('%s', async (_, line) => {
    expect((await attack(shell(`${line} sleep 0.2; echo done`))).code).toBe('RECIPE_LEFT_PROCESSES');
    expect(alive('61.71')).toEqual([]);
  });

  it('that nobody could find any more, when its time is up', async () => {
    const { code } = await attack(shell('env -i setsid sleep 61.72 & sleep 60', { timeoutSeconds: 1 }));
    expect(code).toBe('RECIPE_TIMED_OUT');
    expect(alive('61.72')).toEqual([]);
  });
});

describe('without a sandbox', () => {
  it.each<[string, () => string]>([
    ["the platform's key is read", () => `cat ${key()}`],
    ['the environment of a service is read', () => `tr '\\0' '\\n' < /proc/${service.pid}/environ`],
    ['a service of the machine is reached', () => `node -e "require('net').connect(${(server.address() as AddressInfo).port}, '127.0.0.1').on('data', (d) => console.log(String(d)))"`],
  ])('%s, so that the attacks above are real', async (_, line) => {
    const { code, log } = await attack(shell(line()), 'recipe', await openIsolation('off'));
    expect(code).toBe('none');
    expect(log).toContain(SECRET);
  });

  const none: Isolation = { limits: LIMITS, missing: 'bubblewrap is not installed', required: true };

  it('nothing is run where one is required', async () => {
    const { code, message, attempt } = await attack(shell('touch begun'), 'recipe', none);
    expect(code).toBe('SANDBOX_UNAVAILABLE');
    expect(message).toContain('bubblewrap is not installed');
    expect(readdirSync(attempt.checkout)).toEqual([]);
  });

  it('else the log says so, and disk and memory are limited all the same', async () => {
    const { code, log } = await attack(shell('i=0; while :; do head -c 1M /dev/zero > f$i; i=$((i+1)); done'), 'recipe', { ...none, required: false });
    expect(code).toBe('RECIPE_DISK_LIMIT');
    expect(log).toContain('== not in a sandbox: bubblewrap is not installed');
  });
});

it('a checkout that is reached through a link is found by both names', async () => {
  symlinkSync(root, join(root, 'link'));
  const attempt = new Attempt(join(root, 'link'), subjectWith([]), ++count);
  await attempt.prepare();
  mkdirSync(attempt.checkout);
  await runRecipe(shell(`pwd; touch $HOME/a ${attempt.checkout}/b`), attempt, { isolation, network: 'recipe' }, new AbortController().signal);
  expect(readdirSync(attempt.checkout)).toEqual(['b']);
});

import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeploymentSpec, HostDeployStep } from '@slipway/deployment/contract';
import { identify } from '@slipway/process-runner';
import { Bench, freePort, until } from './steps.fixtures.js';

let bench: Bench;
let port: number;
beforeEach(async () => {
  bench = await Bench.open();
  port = await freePort();
});
afterEach(() => bench.dispose());

/** Answers with its version, its pid, a variable and its folder. */
const server = (version: string): string => `
  const body = JSON.stringify({ version: ${JSON.stringify(version)}, pid: process.pid, colour: process.env.COLOUR, cwd: process.cwd() });
  require('node:http').createServer((_, response) => response.end(body)).listen(Number(process.env.PORT), '127.0.0.1');
  console.log('listening');
`;

const deploy = (more: Partial<HostDeployStep> = {}): HostDeployStep => ({
  name: 'deploy',
  type: 'host.deploy',
  component: 'web',
  directory: bench.directory,
  command: [process.execPath, 'server.js'],
  environment: { PORT: String(port) },
  ...more,
});

const release = (version: string): Promise<DeploymentSpec> => bench.release({ 'server.js': server(version), 'VERSION': version });
const hexOf = (spec: DeploymentSpec): string => spec.snapshot.components[0]!.digest.slice('sha256:'.length);
const current = (file: string): string => readFileSync(join(bench.directory, 'current', file), 'utf8');

async function ask(): Promise<{ version: string; pid: number; colour?: string; cwd: string }> {
  await until(() => fetch(`http://127.0.0.1:${port}/`).then(() => true, () => false));
  return (await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })).json() as never;
}

it('unpacks by digest, points current at it, and starts the process in it', async () => {
  const spec = await release('1');
  const { output } = await bench.run(deploy({ environment: { PORT: String(port), COLOUR: 'blue' } }), { spec });
  const { pid, ...rest } = await ask();
  const folder = join(bench.directory, 'releases', hexOf(spec));
  expect(rest).toEqual({ version: '1', colour: 'blue', cwd: folder });
  expect(output).toEqual({ digest: `sha256:${hexOf(spec)}`, release: folder, process: 'started', pid: String(pid) });
  expect(readlinkSync(join(bench.directory, 'current'))).toBe(`releases/${hexOf(spec)}`);
});

it('replaces the process by that of the next release, and goes back', async () => {
  const [one, two] = [await release('1'), await release('2')];
  await bench.run(deploy(), { spec: one });
  const before = await ask();
  await bench.run(deploy(), { spec: two });
  expect((await ask()).version).toBe('2');
  expect(identify(before.pid)).toBeUndefined();
  await bench.run(deploy(), { spec: one });
  expect((await ask()).version).toBe('1');
});

it('does not touch a process that runs the same, but one with another command or environment', async () => {
  const spec = await release('1');
  await bench.run(deploy(), { spec });
  const { pid } = await ask();
  expect((await bench.run(deploy(), { spec })).output).toMatchObject({ process: 'kept', pid: String(pid) });
  expect((await ask()).pid).toBe(pid);
  expect((await bench.run(deploy({ environment: { PORT: String(port), COLOUR: 'red' } }), { spec })).output).toMatchObject({ process: 'started' });
  expect((await ask()).colour).toBe('red');
});

it('starts again what died', async () => {
  const spec = await release('1');
  await bench.run(deploy(), { spec });
  const { pid } = await ask();
  process.kill(pid, 'SIGKILL');
  await until(() => identify(pid) === undefined);
  expect((await bench.run(deploy(), { spec })).output).toMatchObject({ process: 'started' });
  expect((await ask()).version).toBe('1');
});

it('ends the whole group of the old process', async () => {
  const spec = await bench.release({ 'start.sh': 'sleep 321 & echo $! > child; wait' });
  await bench.run(deploy({ command: ['sh', 'start.sh'] }), { spec });
  await until(() => existsSync(join(bench.directory, 'current', 'child')));
  const child = Number(current('child'));
  expect(identify(child)).toBeDefined();
  await bench.run(deploy(), { spec: await release('2') });
  expect(identify(child)).toBeUndefined();
  expect((await ask()).version).toBe('2');
});

it('finds the process whose pid file was not written any more', async () => {
  const spec = await release('1');
  await bench.run(deploy(), { spec });
  const { pid } = await ask();
  const recorded = readFileSync(join(bench.directory, 'process.json'), 'utf8');
  // A recycled pid: ours, with another start. It must survive.
  writeFileSync(join(bench.directory, 'process.json'), JSON.stringify({ ...(JSON.parse(recorded) as object), pid: process.pid }));
  await bench.run(deploy(), { spec: await release('2') });
  expect(identify(pid)).toBeUndefined();
  expect((await ask()).version).toBe('2');
});

it('fails with the last words of a process that ends at once', async () => {
  const spec = await bench.release({ 'server.js': 'console.error("no PORT"); process.exit(4);' });
  const { code, message } = await bench.failure(deploy(), { spec });
  expect(code).toBe('STEP_FAILED');
  expect(message).toMatch(/server\.js ended at once with exit code 4\nno PORT$/);
  expect(existsSync(join(bench.directory, 'process.json'))).toBe(false);
});

it.each<[string, Partial<HostDeployStep>, string, RegExp]>([
  ['there is no such command', { command: ['./none'] }, 'STEP_FAILED', /spawn \.\/none ENOENT/],
  ['there is no such component', { component: 'api' }, 'STEP_FAILED', /has no component api/],
  ['the folder cannot be made', { directory: '/dev/null' }, 'STEP_FAILED', /ENOTDIR.*\/dev\/null/],
])('fails when %s', async (_, more, expected, message) => {
  const failure = await bench.failure(deploy(more), { spec: await release('1') });
  expect(failure.code).toBe(expected);
  expect(failure.message).toMatch(message);
});

it('keeps the last releases, the current one always, and removes what a crash left', async () => {
  const releases = join(bench.directory, 'releases');
  mkdirSync(join(releases, '.new-crashed'), { recursive: true });
  const files = { command: undefined, keep: 2 };
  const specs = [await release('1'), await release('2'), await release('3')];
  for (const spec of specs) await bench.run(deploy(files), { spec });
  expect(readdirSync(releases).sort()).toEqual([hexOf(specs[1]!), hexOf(specs[2]!)].sort());
  await bench.run(deploy(files), { spec: specs[0]! });
  expect(current('VERSION')).toBe('1');
  expect(readdirSync(releases).sort()).toEqual([hexOf(specs[0]!), hexOf(specs[2]!)].sort());
});

it('without a command only puts files, and ends what an earlier version of the step started', async () => {
  const spec = await release('1');
  await bench.run(deploy(), { spec });
  const { pid } = await ask();
  expect((await bench.run(deploy({ command: undefined }), { spec })).output).toEqual({
    digest: `sha256:${hexOf(spec)}`,
    release: join(bench.directory, 'releases', hexOf(spec)),
  });
  expect(identify(pid)).toBeUndefined();
  expect(current('VERSION')).toBe('1');
});

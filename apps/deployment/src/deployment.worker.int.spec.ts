import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Snapshot } from '@slipway/build/contract';
import { targetStream } from '@slipway/deployment';
import { Attempt } from './attempt.js';
import { DeploymentConfig } from './deployment.config.js';
import { requestOf } from './deployment-request.js';
import { processesWith, shell, target, until, World } from './service.fixtures.js';

// Leases are looked at every 5 s.
jest.setTimeout(30_000);

let world: World;
let one: Snapshot;
let two: Snapshot;

beforeEach(async () => {
  world = new World();
  one = await world.build('1.0.0-rc1');
  two = await world.build('1.0.0-rc2');
});
afterEach(async () => {
  await world.dispose();
  expect(processesWith(world.root)).toEqual([]);
});

const file = (name: string): string => join(world.root, name);

it('carries an admitted release through its steps', async () => {
  await world.start();
  const steps = [shell('first', 'echo ${candidate} of ${environment}'), shell('second', 'true')];
  const { metadata } = await world.admit('acme/shop-a', one, { steps });
  await world.waitFor('DeploymentSucceeded', 'live-1');
  const events = await world.history();
  expect(events.map(({ type }) => type)).toEqual([
    'DeploymentRequested',
    'DeploymentStarted',
    'StepStarted',
    'StepSucceeded',
    'StepStarted',
    'StepSucceeded',
    'DeploymentSucceeded',
  ]);
  for (const event of events) expect(event.metadata).toMatchObject({ $correlationId: metadata.$correlationId, actor: 'service:deployment', onBehalfOf: 'person:alice' });
  expect(events.at(-1)!.data).toMatchObject({ target, kind: 'release', final: true, snapshot: one, steps });

  const { log } = events[3]!.data as { log: string };
  expect(log).toBe(join(world.dataOf(), 'logs', target, 'live-1', '1-first-1.log'));
  expect(readFileSync(log, 'utf8')).toBe('== first (run), attempt 1\n1.0.0-rc1 of live\n== done {}\n');
  expect(existsSync(join(world.dataOf(), 'work', target, 'live-1', '1-first-1'))).toBe(false);
});

it('deploys one release after the other to a target, and to several targets at once as far as it may', async () => {
  await world.start({ parallel: 2 });
  const line = `touch ${file('at')}-$$; ls ${world.root} | grep -c at- >> ${file('counts')}; sleep 0.4; rm ${file('at')}-$$`;
  const steps = [shell('go', line)];
  for (const environment of ['a', 'b', 'c']) await world.admit('acme/shop-a', one, { steps, environment });
  await world.admit('acme/shop-b', two, { steps, environment: 'a' });
  for (const [environment, n] of [['a', 1], ['a', 2], ['b', 1], ['c', 1]] as const) {
    await world.waitFor('DeploymentSucceeded', `${environment}-${n}`, `prod/${environment}/acme/shop`);
  }
  expect(Math.max(...readFileSync(file('counts'), 'utf8').trim().split('\n').map(Number))).toBe(2);
  const ofA = await world.types('prod/a/acme/shop');
  expect(ofA.indexOf('DeploymentSucceeded')).toBeLessThan(ofA.lastIndexOf('DeploymentStarted'));
});

it('tries a step again, and fails with the last reason', async () => {
  await world.start();
  const count = `echo x >> ${file('tries')}; test $(wc -l < ${file('tries')}) -ge 2`;
  await world.admit('acme/shop-a', one, { steps: [shell('flaky', count, { attempts: 3, backoffSeconds: 0.05 }), shell('bad', 'echo no database >&2; exit 7')] });
  const { data } = await world.waitFor('DeploymentFailed', 'live-1');
  expect(data).toMatchObject({ step: 'bad', code: 'STEP_FAILED', message: 'sh ended with exit code 7\nno database', kind: 'release', release: 'acme/shop-a' });
  const failed = (await world.history()).filter(({ type }) => type === 'StepFailed').map((event) => event.data);
  expect(failed).toMatchObject([
    { name: 'flaky', attempt: 1, final: false },
    { name: 'bad', attempt: 1, final: true },
  ]);
});

it('fails a step whose variables are unknown, and says which there are', async () => {
  await world.start();
  await world.admit('acme/shop-a', one, { steps: [shell('go', 'echo ${digest.api}')] });
  const { data } = await world.waitFor('DeploymentFailed', 'live-1');
  expect(data).toMatchObject({ code: 'STEP_FAILED', message: expect.stringContaining('${digest.api} in command.2 is not a variable; there are candidate') as string });
});

it('touches nothing with an artifact that was altered on disk', async () => {
  await world.start();
  world.alter(one.components[0]!.artifacts[0]!.digest);
  await world.admit('acme/shop-a', one, { steps: [shell('go', `touch ${file('done')}`)], onFailure: 'rollback' });
  const { data } = await world.waitFor('DeploymentErrored', 'live-1');
  expect(data).toMatchObject({ code: 'ARTIFACT_ALTERED', message: expect.stringContaining(one.components[0]!.artifacts[0]!.digest) as string });
  expect(await world.types()).toEqual(['DeploymentRequested', 'DeploymentStarted', 'DeploymentErrored']);
  expect(existsSync(file('done'))).toBe(false);
});

it('goes back by itself to the last good deployment, and holds the target', async () => {
  const replica = await world.start();
  const steps = [shell('go', `echo \${candidate} > ${file('live')}; test \${candidate} != 1.0.0-rc2`)];
  await world.admit('acme/shop-a', one, { steps, onFailure: 'rollback' });
  const { revision } = await world.waitFor('DeploymentSucceeded', 'live-1');
  await world.admit('acme/shop-b', two, { steps, onFailure: 'rollback' });
  await world.waitFor('DeploymentFailed', 'live-2');
  expect(readFileSync(file('live'), 'utf8')).toBe('1.0.0-rc2\n');

  await world.admitRollback('live-3');
  const { data } = await world.waitFor('DeploymentSucceeded', 'live-3');
  expect(data).toMatchObject({ kind: 'rollback', final: false, snapshot: one, steps });
  expect(readFileSync(file('live'), 'utf8')).toBe('1.0.0-rc1\n');
  const requested = (await world.history()).find(({ type }) => type === 'RollbackRequested')!;
  expect(requested.data).toMatchObject({ after: 'live-2', by: 'service:deployment', cites: { stream: targetStream(target), revision, deployment: 'live-1' } });

  // Held: the next release waits until somebody lifts it.
  const three = await world.build('1.0.0-rc3');
  await world.admit('acme/shop-c', three, { steps });
  await world.waitFor('DeploymentRequested', 'live-4');
  await sleep(300);
  expect(await world.types()).not.toContain('HoldLifted');
  expect((await world.types()).at(-1)).toBe('DeploymentRequested');
  await world.ask(replica, { type: 'LiftHold', data: { target, reason: 'fixed' } });
  await world.waitFor('DeploymentSucceeded', 'live-4');
});

it('drops a rollback that was denied', async () => {
  const replica = await world.start();
  for (const [index, snapshot] of [one, two].entries()) {
    await world.admit(`acme/shop-${index}`, snapshot, { steps: [shell('go', 'true')] });
    await world.waitFor('DeploymentSucceeded', `live-${index + 1}`);
  }
  await world.ask(replica, { type: 'RollBack', data: { target, reason: 'slow' } });
  await world.denyRollback('live-3');
  const { data } = await world.waitFor('RollbackDenied', 'live-3');
  expect(data).toMatchObject({ reasons: [{ code: 'TOO_OLD' }] });
});

describe('a cancelled release', () => {
  const steps = [shell('go', 'true')];

  it('leaves the queue', async () => {
    const replica = await world.start();
    await world.admit('acme/shop-a', one, { steps });
    await world.waitFor('DeploymentSucceeded', 'live-1');
    await world.ask(replica, { type: 'PlaceHold', data: { target, reason: 'incident' } });
    await world.admit('acme/shop-b', two, { steps });
    await world.waitFor('DeploymentRequested', 'live-2');
    await world.cancel('acme/shop-b');
    await world.waitFor('DeploymentCancelled', 'live-2');
    await world.ask(replica, { type: 'LiftHold', data: { target, reason: 'over' } });
    await sleep(200);
    expect((await world.types()).at(-1)).toBe('HoldLifted');
  });

  it('never starts, in whatever order the two facts are delivered', async () => {
    // Both are in the log before the service is: streams are delivered in any order.
    await world.admit('acme/shop-a', one, { steps });
    await world.cancel('acme/shop-a');
    await world.cancel('acme/shop-b');
    await world.admit('acme/shop-b', two, { steps, environment: 'other' });
    await world.start();
    await world.waitFor('DeploymentCancelled', 'live-1');
    await sleep(300);
    expect(await world.types()).toEqual(['DeploymentRequested', 'DeploymentCancelled']);
    expect((await world.types('prod/other/acme/shop')).filter((type) => type === 'DeploymentStarted')).toEqual([]);
  });
});

describe('when the service stops in the middle of a step', () => {
  it('ends its processes, records nothing, and goes on at that step when it is back', async () => {
    const first = await world.start();
    const steps = [shell('before', `echo x >> ${file('before')}`), shell('long', `test -e ${file('again')} || sleep 61.5; true`)];
    await world.admit('acme/shop-a', one, { steps });
    await until(() => processesWith(`${world.artifacts}:`).length > 0 && existsSync(file('before')));
    await until(async () => (await world.types()).length === 5);
    await world.stop(first);
    expect(processesWith(`${world.artifacts}:`)).toEqual([]);
    expect((await world.types()).at(-1)).toBe('StepStarted');

    writeFileSync(file('again'), '');
    await world.start();
    await world.waitFor('DeploymentSucceeded', 'live-1');
    expect((await world.types()).slice(4)).toEqual(['StepStarted', 'DeploymentStarted', 'StepStarted', 'StepSucceeded', 'DeploymentSucceeded']);
    expect(readFileSync(file('before'), 'utf8')).toBe('x\n');
    const long = (await world.history()).filter(({ type, data }) => type === 'StepStarted' && 'name' in data && data.name === 'long');
    expect(long.map(({ data }) => (data as { attempt: number }).attempt)).toEqual([1, 1]);
  });
});

describe('after a crash in the middle of a step', () => {
  const soon = (seconds: number): string => new Date(Date.now() + seconds * 1_000).toISOString();
  let attempt: Attempt;

  /** What kill -9 leaves: a started step in the log, a folder, and a command that nobody supervises. */
  async function crash(leaseUntil: string): Promise<void> {
    const step = shell('go', 'true');
    const admission = await world.admit('acme/shop-a', one, { steps: [step] });
    const request = requestOf(admission as Parameters<typeof requestOf>[0]);
    const at = { target, deployment: 'live-1' };
    await world.append(targetStream(target), { type: 'DeploymentRequested', data: { ...request, deployment: 'live-1', kind: 'release' } });
    await world.append(targetStream(target), { type: 'DeploymentStarted', data: { ...at, attempt: 1, worker: 'deployment-1', leaseUntil } });
    await world.append(targetStream(target), { type: 'StepStarted', data: { ...at, token: 1, step: 0, name: 'go', attempt: 1, type: 'run' } });
    attempt = new Attempt(Object.assign(new DeploymentConfig(), { SLIPWAY_DATA: world.dataOf(), SLIPWAY_ARTIFACTS: world.artifacts }), at, 0, step, 1);
    mkdirSync(attempt.folder, { recursive: true });
    spawn('sleep', ['60'], { detached: true, stdio: 'ignore', env: { PATH: process.env['PATH'], SLIPWAY_RUN_ID: attempt.runId } }).unref();
    await until(() => processesWith(attempt.runId).length > 0);
  }

  it('the same replica ends what it left and makes the step again at once', async () => {
    await crash(soon(3_600));
    await world.start();
    await world.waitFor('DeploymentSucceeded', 'live-1');
    expect(processesWith(attempt.runId)).toEqual([]);
    expect((await world.types()).slice(2)).toEqual(['StepStarted', 'DeploymentStarted', 'StepStarted', 'StepSucceeded', 'DeploymentSucceeded']);
    expect(readdirSync(join(world.dataOf(), 'logs', target, 'live-1'))).toEqual(['1-go-1.log']);
  });

  it('another replica waits for the lease, and the one that was thought dead can write no more', async () => {
    await crash(soon(2));
    const other = await world.start({ instance: 'deployment-2' });
    await sleep(1_000);
    expect((await world.types()).length).toBe(3);
    await world.waitFor('DeploymentSucceeded', 'live-1');
    expect((await world.history())[3]!.data).toMatchObject({ attempt: 2, worker: 'deployment-2' });
    expect(processesWith(attempt.runId)).toEqual([]);
    const late = world.ask(other, { type: 'SucceedStep', data: { target, deployment: 'live-1', token: 1, step: 0, output: {}, log: attempt.log } });
    await expect(late).rejects.toMatchObject({ code: 'DEPLOYMENT_TOKEN_STALE' });
  });
});

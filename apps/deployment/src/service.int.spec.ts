import { join } from 'node:path';
import type { INestMicroservice } from '@nestjs/common';
import { LiftHold, PlaceHold, type HostDeployStep, RollBack, type Step } from '@slipway/deployment';
import { type EmbeddedEventStore, startEmbeddedEventStore } from '@slipway/embedded-event-store';
import { connectEventStore } from '@slipway/event-store';
import { testKeys } from '@slipway/identity/testing';
import { silent } from '@slipway/service-kit/testing';
import type { CommandAnswer } from '@slipway/kernel';
import { Bus } from '@slipway/messaging';
import { startNats } from '@slipway/platform';
import { identify, killOrphans } from '@slipway/process-runner';
import { startService } from '@slipway/service-kit';
import { DeploymentConfig } from './deployment.config.js';
import { DeploymentModule } from './deployment.module.js';
import { processesWith, shell, target, temporaryFolder, World } from './service.fixtures.js';

jest.setTimeout(60_000);

let nats: Awaited<ReturnType<typeof startNats>>;
let server: EmbeddedEventStore;
let world: World;
let service: INestMicroservice;
let bus: Bus;
const assertions = testKeys();

const hosts = (): string => join(world.root, 'hosts', 'web');

beforeAll(async () => {
  const root = temporaryFolder();
  server = await startEmbeddedEventStore({ directory: join(root, 'event-store') });
  nats = await startNats(join(root, 'nats'));
  world = new World(connectEventStore({ connectionString: server.connectionString, name: 'spec', logger: silent }), root);
  service = await start();
  bus = await Bus.connect(nats.address('gateway'), 'gateway', { signer: assertions.anybody });
});
afterAll(async () => {
  await bus.close();
  await service.close();
  await killOrphans(`host.deploy:${hosts()}`);
  await nats.stop();
  await world.dispose();
  await server.close();
});

const start = (): Promise<INestMicroservice> =>
  startService(
    { name: 'deployment', module: DeploymentModule, config: DeploymentConfig, owns: ['target-'] },
    {
      SLIPWAY_NATS: nats.url,
      SLIPWAY_NATS_SEED_FILE: nats.address('deployment').seedFile,
      SLIPWAY_ASSERTION_KEYS_FILE: assertions.publicFile(world.root),
      SLIPWAY_EVENTSTORE: server.connectionString,
      SLIPWAY_DATA: world.dataOf(),
      SLIPWAY_ARTIFACTS: world.artifacts,
      SLIPWAY_SANDBOX: 'off',
      SLIPWAY_PARALLEL_DEPLOYMENTS: '2',
      SLIPWAY_LOG_LEVEL: 'silent',
    },
  );

const ask = <C extends RollBack | PlaceHold | LiftHold>(type: new () => C, fields: object): Promise<CommandAnswer> =>
  bus.command<C>(type, fields as C, { actor: 'person:alice' });

const deploy: HostDeployStep = { name: 'deploy', type: 'host.deploy', component: 'web', directory: '', command: ['sh', '-c', 'cat VERSION; exec sleep 600'] };
const steps = (): Step[] => [{ ...deploy, directory: hosts() }, shell('check', `grep -q \${candidate} ${hosts()}/current/VERSION`)];
const running = (): number[] => processesWith(`host.deploy:${hosts()}`);

it('refuses what cannot be, with a code', async () => {
  await expect(ask(RollBack, { target, reason: 'slow' })).rejects.toMatchObject({ code: 'TARGET_NOT_FOUND' });
  await expect(ask(PlaceHold, { target: 'live', reason: 'x' })).rejects.toMatchObject({ code: 'INVALID_COMMAND' });
  await expect(ask(LiftHold, { target, reason: 'over' })).rejects.toMatchObject({ code: 'HOLD_NOT_FOUND' });
});

it('deploys a process that survives the service, and rolls back to the release before', async () => {
  const [one, two] = [await world.build('1.0.0-rc1'), await world.build('1.0.0-rc2')];
  await world.admit('acme/shop-a', one, { steps: steps() });
  const first = await world.waitFor('DeploymentSucceeded', 'live-1');
  const [pid] = running();

  await service.close();
  expect(identify(pid!)).toBeDefined();
  service = await start();

  await world.admit('acme/shop-b', two, { steps: steps() });
  await world.waitFor('DeploymentSucceeded', 'live-2');
  expect(running()).toHaveLength(1);
  expect(identify(pid!)).toBeUndefined();

  const { events } = await ask(RollBack, { target, reason: 'slow' });
  expect(events).toMatchObject([
    { type: 'RollbackRequested', data: { deployment: 'live-3', by: 'person:alice', cites: { revision: first.revision, deployment: 'live-1' } } },
    { type: 'HoldPlaced' },
  ]);
  await world.admitRollback('live-3');
  await world.waitFor('DeploymentSucceeded', 'live-3');
  const succeeded = (await world.history()).filter(({ type, data }) => type === 'StepSucceeded' && 'output' in data && 'release' in data.output);
  const digests = succeeded.map(({ data }) => (data as { output: Record<string, string> }).output['digest']);
  expect(digests).toEqual([one, two, one].map(({ components }) => components[0]!.digest));
  expect((await ask(LiftHold, { target, reason: 'fixed' })).events).toMatchObject([{ type: 'HoldLifted' }]);
});

it('makes its views again from the log', async () => {
  const { before, after, events } = await bus.rebuildViews('deployment', { actor: 'person:alice' });
  expect(after).toBe(before);
  expect(events).toBeGreaterThan(20);
});

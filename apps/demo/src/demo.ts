import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ShowBuilder } from '@slipway/build/contract';
import { connectEventStore, type RecordedEvent } from '@slipway/event-store';
import { freePort, Platform } from '@slipway/platform';
import { boundary } from './boundary.js';
import { ADMINISTRATOR, Cast, OLE, PAT } from './cast.js';
import { badInProduction, badInStaging, denied, fixByCherryPick, freezeAndException, manualRollback, toProduction, twoKeys } from './chapters.js';
import { admission, COMPONENTS, ENVIRONMENTS, type Environment, type Ports, trust } from './manifests.js';
import { Operator } from './operator.js';
import { checkActors, checkEnvironmentsRepository, checkLog, checkRebuild, type Deployed, overTime, readLog } from './proofs.js';
import { Report, type Statement } from './report.js';
import { type Running, running } from './running.js';
import { SampleApplication } from './sample-application.js';
import { Stage } from './stage.js';

export interface DemoOptions {
  /** Everything that the demo makes lives here. */
  readonly directory: string;
  readonly talk: (line: string) => void;
  /** Called between moves with the platform; a test kills services here. */
  readonly between?: (moment: string, platform: Platform) => Promise<void>;
}

export interface DemoResult {
  readonly ok: boolean;
  readonly statements: readonly Statement[];
  /** What was in each environment over time, by the log. */
  readonly environments: Record<Environment, Deployed[]>;
  /** What really runs in each environment at the end, asked from the processes. */
  readonly running: Record<Environment, Running[]>;
  readonly log: readonly RecordedEvent[];
  readonly platform: Platform;
  readonly cast: Cast;
}

const CHAPTERS = [toProduction, denied, badInStaging, badInProduction, fixByCherryPick, freezeAndException, manualRollback];

/** Carries a sample application from a commit to production and back, on real parts, and checks every claim. */
export async function demo({ directory, talk, between = async () => undefined }: DemoOptions): Promise<DemoResult> {
  const report = new Report(talk);
  const ports = await choosePorts();
  const shop = new SampleApplication(join(directory, 'shop'));
  shop.create({ version: '1.0.0', apiFailsIn: [] });
  const environmentsRepository = createBareRepository(join(directory, 'environments.git'));

  const platform = await Platform.start({ data: join(directory, 'platform'), say: (line) => report.say(line) });
  try {
    const cast = await Cast.signIn(platform);
    const store = connectEventStore({ connectionString: platform.eventStoreAddress('operator'), name: 'demo' });
    try {
      const operator = new Operator((who) => cast.as(who), OLE);
      const stage = new Stage(operator, report, shop, ports, (moment) => between(moment, platform));
      const builder = await operator.ask(ShowBuilder, {}, PAT);
      const admitted = admission(join(directory, 'hosts'), environmentsRepository, ports, trust(builder, shop.repository));
      await twoKeys(stage, admitted);
      await boundary(stage, cast, admitted);
      for (const chapter of CHAPTERS) await chapter(stage);
      const log = await readLog(store);
      await checkLog(report, operator, log);
      checkActors(report, log);
      checkEnvironmentsRepository(report, environmentsRepository, log);
      await checkRebuild(report, cast.as(ADMINISTRATOR));
      return { ok: report.ok, statements: report.statements, environments: overTime(log), running: await allRunning(ports), log, platform, cast };
    } finally {
      // While the server is up: a client can't say good-bye to one that is gone.
      await store.close();
    }
  } catch (error) {
    await platform.stop();
    throw error;
  }
}

async function choosePorts(): Promise<Ports> {
  const entries = [];
  for (const environment of ENVIRONMENTS) {
    const ports = [];
    for (const component of COMPONENTS) ports.push([component, await freePort()]);
    entries.push([environment, Object.fromEntries(ports)]);
  }
  return Object.fromEntries(entries) as Ports;
}

async function allRunning(ports: Ports): Promise<Record<Environment, Running[]>> {
  const entries = await Promise.all(ENVIRONMENTS.map(async (environment) => [environment, await running(environment, ports)]));
  return Object.fromEntries(entries) as Record<Environment, Running[]>;
}

/** The repository that a GitOps controller would watch: a branch with nothing in it yet. */
function createBareRepository(directory: string): string {
  mkdirSync(directory, { recursive: true });
  const git = (...args: string[]): string => execFileSync('git', ['-c', 'user.name=Sam Sre', '-c', 'user.email=sam@example.org', ...args], { cwd: directory, encoding: 'utf8' }).trim();
  git('init', '-q', '--bare', '-b', 'main');
  git('update-ref', 'refs/heads/main', git('commit-tree', git('hash-object', '-w', '-t', 'tree', '/dev/null'), '-m', 'Begin'));
  return directory;
}

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ArtifactStore } from '@slipway/artifact-store';
import type { DeploymentSpec, Step } from '@slipway/deployment/contract';
import { codeOf } from '@slipway/kernel';
import { type Isolation, killOrphans, openIsolation } from '@slipway/process-runner';
import { runStep } from './run-step.js';
import { SecretMask } from './mask/secret-mask.js';
import { EnvironmentSecrets } from './secrets/env.secrets.js';
import { FileSecrets } from './secrets/file.secrets.js';
import { Secrets } from './secrets/secrets.js';
import type { StepContext, StepResult } from './step-context.js';

// A real place to deploy to, for the specs: folders, an artifact store, processes and HTTP servers.

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

export const spec: DeploymentSpec = {
  deployment: 'live-1',
  target: 'prod/live/acme/shop',
  environment: 'live',
  application: 'acme/shop',
  candidate: '1.0.0-rc1',
  release: 'acme/shop-a',
  snapshot: { digest: digest('a'), application: 'acme/shop', candidate: '1.0.0-rc1', commit: 'c'.repeat(40), components: [], provenance: digest('b') },
  steps: [],
  onFailure: 'stop',
  pins: {
    plan: 'acme/shop',
    planRevision: 0,
    admission: 'prod/shop',
    admissionRevision: 0,
    policyDigest: digest('d'),
    snapshotDigest: digest('a'),
    stepsDigest: digest('e'),
  },
};

export class Bench {
  readonly root = mkdtempSync(join(tmpdir(), 'slipway-steps-'));
  readonly logFile = join(this.root, 'step.log');
  readonly directory = join(this.root, 'target');
  readonly stopping = new AbortController();
  private readonly disposals: (() => unknown)[] = [];

  private constructor(
    private readonly artifacts: ArtifactStore,
    private readonly isolation: Isolation,
  ) {
    for (const folder of ['work', 'secrets', 'target']) mkdirSync(join(this.root, folder));
    writeFileSync(join(this.root, 'secrets', 'token'), 'tok-from-file\n');
  }

  static async open(): Promise<Bench> {
    const store = mkdtempSync(join(tmpdir(), 'slipway-steps-store-'));
    const bench = new Bench(await ArtifactStore.open(store), await openIsolation('require'));
    bench.disposals.push(() => rmSync(store, { recursive: true, force: true }));
    return bench;
  }

  async dispose(): Promise<void> {
    await killOrphans(`host.deploy:${this.directory}`);
    for (const each of this.disposals) await each();
    rmSync(this.root, { recursive: true, force: true });
  }

  run(step: Step, changes: Partial<StepContext> = {}): Promise<StepResult> {
    return runStep(step, this.context(changes));
  }

  /** The code and message of the error that the step ends with. */
  async failure(step: Step, changes: Partial<StepContext> = {}): Promise<{ code: string; message: string }> {
    try {
      await this.run(step, changes);
    } catch (error) {
      return { code: codeOf(error), message: (error as Error).message };
    }
    throw new Error(`${step.name} did not fail`);
  }

  log(): string {
    return readFileSync(this.logFile, 'utf8');
  }

  /** A spec whose one component `web` has these files as its artifacts. */
  async release(files: Record<string, string>): Promise<DeploymentSpec> {
    const folder = mkdtempSync(join(this.root, 'checkout-'));
    const put = async ([path, text]: [string, string]) => {
      writeFileSync(join(folder, path), text);
      return { path, descriptor: await this.artifacts.putFile(join(folder, path)) };
    };
    const artifacts = await Promise.all(Object.entries(files).map(put));
    const component = await this.artifacts.putComponent({ name: 'web', artifacts });
    return { ...spec, snapshot: { ...spec.snapshot, components: [{ name: 'web', digest: component.digest, artifacts: [] }] } };
  }

  /** Listens on a free port. */
  async serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.disposals.push(() => server.close(), () => server.closeAllConnections());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  private context(changes: Partial<StepContext>): StepContext {
    return {
      spec,
      artifacts: this.artifacts,
      secrets: new Secrets({ env: new EnvironmentSecrets({ TOKEN: 'tok-from-env', PIN: '12\n', EMPTY: '' }), file: new FileSecrets(join(this.root, 'secrets')) }),
      mask: new SecretMask(),
      logFile: this.logFile,
      runId: `steps-spec:${this.root}`,
      isolation: this.isolation,
      signal: this.stopping.signal,
      workDirectory: join(this.root, 'work'),
      repositories: join(this.root, 'repositories'),
      ...changes,
    };
  }
}

export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${condition.toString()}`);
    await sleep(20);
  }
}

/** A free port, for a process that takes it a moment later. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

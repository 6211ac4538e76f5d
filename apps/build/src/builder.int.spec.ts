import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { ArtifactStore } from '@slipway/artifact-store';
import type { BuildSubject, Component, Snapshot } from '@slipway/build';
import { type Isolation, openIsolation } from '@slipway/process-runner';
import { checkProvenance, loadSigningKey, parseEnvelope, parseProvenance, provenanceTrustFrom, publicFileOf } from '@slipway/provenance';
import { silent } from '@slipway/service-kit/testing';
import { Attempt } from './attempt.js';
import { BuildConfig } from './build.config.js';
import { component, makeRepository, processesWith, shell, subjectWith, temporaryFolder, until } from './build.fixtures.js';
import { Builder } from './builder.js';
import type { AttemptOutcome } from './builds.js';
import { SigningKey } from './signing-key.js';

const root = temporaryFolder();
const data = join(root, 'data');
const config = Object.assign(new BuildConfig(), { SLIPWAY_DATA: data, SLIPWAY_ARTIFACTS: join(root, 'artifacts') });
let builder: Builder;
let isolation: Isolation;

let source: { repository: string; commit: string };
let number = 0;

beforeAll(async () => {
  isolation = await openIsolation('require');
  builder = new Builder(config, silent, new SigningKey(config), isolation);
  const files = { 'src/main.txt': 'hello', 'web/index.html': '<p>hello</p>', 'web/css/a.css': 'p {}' };
  source = await makeRepository(join(root, 'repository'), files, { 'passwords': '/etc/passwd', 'system': '/etc' });
});

const attemptOf = (components: readonly Component[], fields: Partial<BuildSubject> = {}): Attempt =>
  new Attempt(data, subjectWith(components, { ...source, ...fields }), ++number);

const build = (components: readonly Component[], fields?: Partial<BuildSubject>): Promise<AttemptOutcome | undefined> =>
  builder.build(attemptOf(components, fields), new AbortController().signal);

function snapshotOf(outcome: AttemptOutcome | undefined): Snapshot {
  if (outcome?.type !== 'SucceedBuild' || !('snapshot' in outcome.data)) throw new Error(`no success: ${JSON.stringify(outcome)}`);
  return outcome.data.snapshot;
}

afterEach(() => {
  expect(readdirSync(join(data, 'work'))).toEqual([]);
  expect(processesWith(join(data, 'work'))).toEqual([]);
});

describe('a build that succeeds', () => {
  const api = shell('cp src/main.txt api.txt', { outputs: ['api.txt'] }, 'api');
  const web = shell('mkdir -p ../dist && cp -r . ../dist/', { directory: 'web', outputs: ['dist'] }, 'web');

  it('stores its files and folders by digest, under one snapshot', async () => {
    const snapshot = snapshotOf(await build([api, web]));
    expect(snapshot).toMatchObject({ application: 'acme/shop', candidate: '1.0.0-rc1', commit: source.commit });
    expect(snapshot.components.map(({ name, artifacts }) => [name, artifacts.map(({ path, mediaType }) => [path, mediaType])])).toEqual([
      ['api', [['api.txt', 'application/octet-stream']]],
      ['web', [['dist', 'application/vnd.slipway.directory.v1.tar+gzip']]],
    ]);

    const store = await ArtifactStore.open(config.SLIPWAY_ARTIFACTS);
    await store.verifySnapshot(snapshot.digest);
    expect((await store.readBytes(snapshot.components[0]!.artifacts[0]!.digest)).toString()).toBe('hello');
    await store.unpackComponent(snapshot.components[1]!.digest, join(root, 'unpacked'));
    expect(readFileSync(join(root, 'unpacked/dist/css/a.css'), 'utf8')).toBe('p {}');
  });

  it('vouches for it with a provenance that it signs', async () => {
    const snapshot = snapshotOf(await build([api]));
    const store = await ArtifactStore.open(config.SLIPWAY_ARTIFACTS);
    const envelope = await store.readBytes(snapshot.provenance);
    const publicKey = readFileSync(publicFileOf(join(data, 'keys/build.ed25519.pem')), 'utf8');
    const trust = provenanceTrustFrom({ builders: ['https://slipway.dev/builders/build/v1'], keys: [{ publicKey }], repositories: [source.repository] });
    const { id } = loadSigningKey(join(data, 'keys/build.ed25519.pem'), { make: false });
    expect(checkProvenance(envelope, trust, snapshot, new Date().toISOString())).toEqual({ keys: [id], reasons: [] });
    expect(await store.attachments(snapshot.digest, 'application/vnd.in-toto+json')).toMatchObject([
      { predicateType: 'https://slsa.dev/provenance/v1', blob: { digest: snapshot.provenance, mediaType: 'application/vnd.dsse.envelope.v1+json' } },
    ]);

    const statement = parseProvenance(parseEnvelope(envelope)!.payload);
    expect(statement.subject.map(({ digest }) => `sha256:${digest.sha256}`)).toEqual([snapshot.digest, snapshot.components[0]!.digest]);
    expect(statement.predicate.buildDefinition.resolvedDependencies[0]!.digest.gitCommit).toBe(source.commit);
    expect(statement.predicate.buildDefinition.externalParameters.components).toEqual([api]);
    expect(statement.predicate.runDetails.metadata.invocationId).toBe(`build-acme/shop/1.0.0-rc1#${number}`);
  });

  it('gives the same snapshot when the recipe is deterministic', async () => {
    expect(snapshotOf(await build([api, web])).digest).toBe(snapshotOf(await build([api, web])).digest);
  });

  it('has exactly the commit in its checkout, and no repository', async () => {
    const listing = shell('find . -not -name out | sort > out', { outputs: ['out'] });
    const store = await ArtifactStore.open(config.SLIPWAY_ARTIFACTS);
    const { digest } = snapshotOf(await build([listing])).components[0]!.artifacts[0]!;
    expect((await store.readBytes(digest)).toString().trim().split('\n')).toEqual([
      '.', './passwords', './src', './src/main.txt', './system', './web', './web/css', './web/css/a.css', './web/index.html',
    ]);
  });

  it('stores an output before the next recipe can change it', async () => {
    const late = shell('echo changed > api.txt; touch out', {}, 'late');
    const store = await ArtifactStore.open(config.SLIPWAY_ARTIFACTS);
    const { digest } = snapshotOf(await build([api, late])).components[0]!.artifacts[0]!;
    expect((await store.readBytes(digest)).toString()).toBe('hello');
  });
});

it.each<[string, Component]>([
  ['RECIPE_FAILED', shell('exit 1')],
  ['RECIPE_TIMED_OUT', shell('sleep 60', { timeoutSeconds: 1 })],
  ['RECIPE_OUTPUT_LIMIT', shell('head -c 100000000 /dev/zero | tr "\\0" x; touch out')],
  ['RECIPE_LEFT_PROCESSES', shell('touch out; (setsid sleep 60 >/dev/null 2>&1 &)')],
  ['RECIPE_NOT_STARTED', component({ command: ['no-such-command'] })],
  ['OUTPUT_MISSING', shell('true')],
  ['PATH_OUTSIDE_CHECKOUT', shell('touch ../out', { outputs: ['../out'] })],
  ['PATH_OUTSIDE_CHECKOUT', shell('true', { outputs: ['/etc/hostname'] })],
  ['PATH_OUTSIDE_CHECKOUT', shell('ln -s /etc out')],
  ['PATH_OUTSIDE_CHECKOUT', shell('mkdir out; ln -s /etc/passwd out/passwd')],
  ['PATH_OUTSIDE_CHECKOUT', shell('true', { outputs: ['passwords'] })],
  ['PATH_OUTSIDE_CHECKOUT', shell('touch out', { directory: '../..' })],
  ['PATH_OUTSIDE_CHECKOUT', shell('touch out', { directory: 'system' })],
])('%s ends a build as failed: %j', async (code, broken) => {
  const good = shell('touch fine', { outputs: ['fine'] }, 'good');
  expect(await build([good, broken])).toMatchObject({ type: 'FailBuild', data: { attempt: number, component: 'api', code } });
});

it.each<[string, Partial<BuildSubject>]>([
  ['REPOSITORY_UNREACHABLE', { repository: '/nowhere/at/all' }],
  ['REF_NOT_FOUND', { commit: 'd'.repeat(40) }],
])('%s ends it as errored', async (code, fields) => {
  expect(await build([shell('touch out')], fields)).toMatchObject({ type: 'ErrorBuild', data: { attempt: number, code } });
});

it('an artifact store that can not be written ends it as errored', async () => {
  const broken = Object.assign(new BuildConfig(), config, { SLIPWAY_ARTIFACTS: join(root, 'repository/src/main.txt') });
  const outcome = await new Builder(broken, silent, new SigningKey(config), isolation).build(attemptOf([shell('touch out')]), new AbortController().signal);
  expect(outcome).toMatchObject({ type: 'ErrorBuild', data: { code: 'INTERNAL' } });
});

it('has no outcome when the service stops in the middle of it', async () => {
  const stop = new AbortController();
  const attempt = attemptOf([shell('sleep 60')]);
  const building = builder.build(attempt, stop.signal);
  await until(() => processesWith(attempt.folder).length > 0);
  stop.abort();
  expect(await building).toBeUndefined();
});

it('removes what an attempt left when the service was killed, processes first', async () => {
  const attempt = attemptOf([]);
  mkdirSync(join(attempt.checkout, 'half'), { recursive: true });
  spawn('sh', ['-c', 'while :; do sleep 0.05; mkdir -p half/done; done'], {
    cwd: attempt.checkout,
    detached: true,
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], SLIPWAY_RUN_ID: attempt.folder },
  }).unref();
  await until(() => processesWith(attempt.folder).length > 0);
  await builder.removeLeftovers();
  expect(processesWith(attempt.folder)).toEqual([]);
  expect(existsSync(attempt.folder)).toBe(false);
});

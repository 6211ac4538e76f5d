import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WriteReleasePlanAdmission } from '@slipway/admission/contract';
import type { RunStep } from '@slipway/deployment/contract';
import type { CommandAnswer, QueryAnswer } from '@slipway/kernel';
import { type MessageClass, requestFor, routeOf, ROUTES } from '@slipway/messaging';
import { CutCandidate, RegisterApplication, RequestRelease, WriteReleasePlan } from '@slipway/planning/contract';
import { type LoneNats, ROOT, startNats } from '@slipway/platform';
import { type CandidateContents as Contents, type DeploymentRow, ShowCandidate, TargetHistory } from '@slipway/query/contract';
import { canaries, PRINTER, SHAPES } from '@slipway/steps/testing';
import { CommandLines } from './command-lines.js';
import { decoded, Needles } from './needles.js';
import { Rig } from './rig.js';
import { TcpCapture } from './tcp-capture.js';

const APPLICATION = 'acme/shop';
const BUILDER = 'https://slipway.dev/builders/build/v1';
const SECRETS = canaries();
/** Goes the same ways as the secrets, but as a plain variable, so that it must be found. */
const CONTROL = `control "${randomBytes(9).toString('base64url')}" & <ü>\\ ${randomBytes(6).toString('hex')}`;
/** What stands in the command, which everybody may see. */
const ARGUMENT = `argument-${randomBytes(9).toString('hex')}`;

/** Where is looked, and what proves that it was looked at all: no place may be empty or unread. */
const PLACES = {
  'step logs': CONTROL,
  'logs of services': '"service":"deployment"',
  'event store': CONTROL,
  'artifacts': CONTROL,
  'views': CONTROL,
  'work folders, mirrors, keys and the bus\' own files': 'slipway.v1',
  'bus': CONTROL,
  'HTTP answers': CONTROL,
  'exports': CONTROL,
  'answers of the command line': CONTROL,
  'command lines of processes': ARGUMENT,
} as const;
type Place = keyof typeof PLACES;

describe('secrets that steps print in every way', () => {
  const found = Object.fromEntries(Object.keys(PLACES).map((place) => [place, []])) as unknown as Record<Place, Buffer[]>;
  const directory = mkdtempSync(join(tmpdir(), 'slipway-canaries-'));
  const secrets = new Needles(Object.fromEntries(SECRETS.map((value, index) => [`secret ${index}`, value])));
  const control = new Needles({ control: CONTROL });
  let nats: LoneNats;
  let capture: TcpCapture;
  let rig: Rig;
  let ends: DeploymentRow[];

  beforeAll(async () => {
    nats = await startNats(join(directory, 'nats'));
    capture = await TcpCapture.start(Number(new URL(nats.url).port));
    SECRETS.forEach((value, index) => (process.env[`CANARY_${index}`] = value));
    rig = await Rig.start('canaries', { nats: `nats://127.0.0.1:${capture.port}`, natsKeys: dirname(nats.address('gateway').seedFile) });
    const folder = join(rig.directory, 'platform/secrets');
    mkdirSync(folder);
    SECRETS.forEach((value, index) => writeFileSync(join(folder, `canary-${index}`), value));
    const commandLines = new CommandLines();
    const tokens = await signIn();
    const release = await releaseAll(tokens);
    found['command lines of processes'] = commandLines.stop().map((line) => Buffer.from(line));
    await askEverything(tokens, release);
    await useTheCommandLine(tokens, release);
    found.bus = capture.bytes;
    lookAtFiles();
  }, 120_000);

  afterAll(async () => {
    SECRETS.forEach((_, index) => delete process.env[`CANARY_${index}`]);
    await rig?.stop();
    await capture?.stop();
    await nats?.stop();
    rmSync(directory, { recursive: true });
  }, 30_000);

  it('were printed by a step that succeeded, and by one that failed with them in its error', () => {
    expect(ends.map(({ status }) => status)).toEqual(['succeeded', 'failed']);
    expect(ends[1]!.reason).toMatchObject({ code: 'STEP_FAILED', message: expect.stringContaining('[secret]') as string });
  });

  it.each(Object.keys(PLACES) as Place[])('are not found: %s', (place) => {
    const witness = new Needles({ witness: PLACES[place] });
    expect(found[place].some((bytes) => witness.in(bytes).size > 0)).toBe(true);
    expect(hitsIn(found[place])).toEqual([]);
  });

  it('would have been found: what is no secret stands in the log in all shapes, and tokens on the bus are decoded', () => {
    const shapes = new Set(found['step logs'].flatMap((bytes) => [...control.in(bytes)]));
    for (const shape of ['as it is', 'shell', 'base64', 'base64 after one byte', 'base64 after two bytes', 'URL', 'form', 'percent', 'JSON', 'JSON in JSON', 'hex', 'hex with spaces', 'HTML']) expect(shapes).toContain(`control (${shape})`);
    expect(found.bus.some((bytes) => decoded(bytes).includes('"iss":"slipway-gateway"'))).toBe(true);
    expect(['planning', 'admission', 'build', 'deployment', 'query', 'audit', 'gateway'].filter((name) => !found.bus.some((bytes) => bytes.includes(`"name":"${name}"`)))).toEqual([]);
    for (const value of SECRETS) expect([...value].length < 8 || secrets.in(Buffer.from(`x${value}x`)).size > 0).toBe(true);
  });

  it('were looked for everywhere', () => {
    const bytes = Object.values(found).flat().reduce((sum, each) => sum + each.length, 0);
    const masked = found['step logs'].reduce((sum, each) => sum + each.toString().split('[secret]').length - 1, 0);
    const hits = Object.values(found).flatMap(hitsIn).length;
    process.stdout.write(`secret canaries: ${SECRETS.length} values × ${Object.keys(SHAPES).length} shapes, ${Object.keys(PLACES).length} places (${bytes} B), masked ${masked}, found ${hits}\n`);
    expect(masked).toBeGreaterThan(SECRETS.length * 20 * 2);
  });

  const hitsIn = (place: readonly Buffer[]): string[] => place.flatMap((bytes) => [...secrets.in(bytes)]);

  type Tokens = Readonly<Record<'administrator' | 'dev' | 'sre' | 'auditor', string>>;

  async function http<T>(token: string, method: string, path: string, body?: object): Promise<{ status: number; answer: T }> {
    const answer = await fetch(`${rig.platform.connections.gateway}/v1${path}`, { method, headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) }, ...(body && { body: JSON.stringify(body) }) });
    const text = await answer.text();
    found['HTTP answers'].push(Buffer.from(text));
    return { status: answer.status, answer: JSON.parse(text) as T };
  }

  async function command<C extends object>(token: string, type: MessageClass<C>, fields: C): Promise<CommandAnswer> {
    const route = routeOf(type);
    const { path, body } = requestFor(route, fields as Record<string, unknown>);
    const { status, answer } = await http<CommandAnswer>(token, route.method, path, body);
    if (status !== 200) throw new Error(JSON.stringify(answer));
    return answer;
  }

  async function until<T>(token: string, type: MessageClass, fields: Readonly<Record<string, unknown>>, wished: (data: T | null) => boolean): Promise<T> {
    for (;;) {
      const { answer } = await http<QueryAnswer<T | null>>(token, 'GET', requestFor(routeOf(type), fields).path);
      if (answer.data && wished(answer.data)) return answer.data;
      await sleep(200);
    }
  }

  async function signIn(): Promise<Tokens> {
    const administrator = readFileSync(rig.platform.firstAdministratorFile!, 'utf8').trim();
    const token = async (subject: string, grants: object): Promise<string> => (await http<{ token: string }>(administrator, 'POST', '/tokens', { subject, grants })).answer.token;
    return {
      administrator,
      dev: await token('person:dev', { acme: ['developer', 'releaser', 'auditor'] }),
      sre: await token('person:sre', { sre: ['policy-author', 'approver', 'operator', 'auditor'] }),
      auditor: await token('person:auditor', { '*': ['auditor'] }),
    };
  }

  /** One half of the secrets is taken from variables of the service into variables, the other from files into files. */
  function print(name: string, half: 0 | 1, more: Readonly<Record<string, string>>): RunStep {
    const given = (into: string, from: string, rest: 0 | 1): Record<string, string> =>
      Object.fromEntries(SECRETS.flatMap((_, index) => (index % 2 === rest ? [[`${into}_${index}`, `${from}${index}`]] : [])));
    const secrets = given('VALUE', 'env:CANARY_', half);
    const secretFiles = given('FILE', 'file:canary-', half === 0 ? 1 : 0);
    // The first one, and the last, are in the step's last words.
    const names = [...Object.keys(secrets), ...Object.keys(secretFiles), 'CONTROL'];
    const command = [process.execPath, '-e', PRINTER.replaceAll('${', '$${'), ARGUMENT];
    return { name, type: 'run', command, environment: { CONTROL, NAMES: names.join(','), ...more }, secrets, secretFiles };
  }

  async function releaseAll({ dev, sre }: Tokens): Promise<string> {
    const recipe = { command: ['cp', 'a.txt', 'out.txt'], outputs: ['out.txt'] };
    await command(dev, RegisterApplication, { application: APPLICATION, repository: rig.repository('shop', { 'a.txt': CONTROL }), components: [{ name: 'a', recipe }] });
    await command(dev, WriteReleasePlan, { plan: APPLICATION, application: APPLICATION, target: 'sre' });
    const environments = [
      { name: 'staging', steps: [print('print', 0, {})] },
      { name: 'production', steps: [print('fail', 1, { FAIL: 'yes' })] },
    ].map((environment) => ({ ...environment, gates: [] }));
    await command(sre, WriteReleasePlanAdmission, { admission: 'sre/shop', origin: 'acme', applications: ['shop'], environments });
    await command(dev, CutCandidate, { application: APPLICATION });
    await until<Contents>(dev, ShowCandidate, { application: APPLICATION, candidate: '0.1.0-rc1' }, (candidate) => candidate?.build === 'succeeded');
    const { events } = await command(dev, RequestRelease, { plan: APPLICATION, candidate: '0.1.0-rc1' });
    const { release } = events.find(({ type }) => type === 'ReleaseRequested')!.data as { release: string };
    ends = [];
    for (const environment of ['staging', 'production']) {
      const [row] = await until<DeploymentRow[]>(sre, TargetHistory, { target: `sre/${environment}/${APPLICATION}` }, (rows) => rows?.[0]?.endedAt != null);
      ends.push(row!);
    }
    return release;
  }

  /** Every question of the API, asked by both teams and the auditor. */
  async function askEverything({ dev, sre, auditor }: Tokens, release: string): Promise<void> {
    const fields = { application: APPLICATION, candidate: '0.1.0-rc1', release, target: `sre/production/${APPLICATION}` };
    for (const route of ROUTES.filter(({ method }) => method === 'GET')) {
      const asked = Object.fromEntries(Object.entries(fields).filter(([field]) => field in route.fields));
      const statuses = await Promise.all([dev, sre, auditor].map(async (token) => (await http(token, 'GET', requestFor(route, asked).path)).status));
      expect([route.path, statuses.filter((status) => status !== 200 && status !== 403)]).toEqual([route.path, []]);
      expect([route.path, statuses[2]]).toEqual([route.path, 200]);
    }
  }

  async function useTheCommandLine({ auditor }: Tokens, release: string): Promise<void> {
    const data = join(rig.directory, 'platform');
    const keys = (service: string): { publicKey: string }[] => [{ publicKey: readFileSync(join(data, `${service}/keys/${service}.ed25519.pub.pem`), 'utf8') }];
    const trust = join(directory, 'trust.json');
    writeFileSync(trust, JSON.stringify({ builders: [BUILDER], keys: keys('build'), decisions: { keys: keys('admission') } }));
    const { answer } = await http<QueryAnswer<Contents>>(auditor, 'GET', requestFor(routeOf(ShowCandidate), { application: APPLICATION, candidate: '0.1.0-rc1' }).path);
    const outputs = await Promise.all(
      [
        ...['applications', 'plans', 'admissions', 'candidates', 'releases', 'freezes'].map((what) => ['get', what]),
        ...[['show', 'candidate', APPLICATION, '0.1.0-rc1'], ['show', 'release', release], ['timeline', release], ['history', APPLICATION, 'production'], ['matrix'], ['waiting']],
        ...[['audit', 'trail', release], ['audit', 'log', '--limit', '1000'], ['audit', 'state']],
        ['verify', answer.data.artifacts[0]!.digest, '--artifacts', join(data, 'artifacts'), '--trust', trust],
        ['eventstore', 'check', '--data', data],
        ['eventstore', 'export', join(directory, 'log.ndjson'), '--data', data],
        ['eventstore', 'backup', join(directory, 'backup.db'), '--data', data],
      ].map((args) => slipway(auditor, [...args, '-o', 'json'])),
    );
    found['answers of the command line'].push(...outputs, await slipway(auditor, ['history', APPLICATION, 'production']), await slipway(auditor, ['timeline', release]));
    found.exports.push(readFileSync(join(directory, 'log.ndjson')), readFileSync(join(directory, 'backup.db')));
  }

  function slipway(token: string, args: readonly string[]): Promise<Buffer> {
    const { SLIPWAY_NATS: _nats, ...environment } = process.env;
    return new Promise((resolve, reject) => {
      const options = { env: { ...environment, SLIPWAY_URL: rig.platform.connections.gateway, SLIPWAY_TOKEN: token }, maxBuffer: 1 << 28 };
      execFile(process.execPath, [join(ROOT, 'apps/cli/bin/slipway.js'), ...args], options, (error, stdout, stderr) => (error ? reject(new Error(stderr)) : resolve(Buffer.from(`${stdout}\n${stderr}`))));
    });
  }

  /** All that the platform keeps while it runs, but the folder that it takes the secrets from. */
  function lookAtFiles(): void {
    const data = join(rig.directory, 'platform');
    const roots: [RegExp, Place][] = [
      [/^deployment\/logs\//, 'step logs'],
      [/^logs\//, 'logs of services'],
      [/^event-store\//, 'event store'],
      [/^artifacts\//, 'artifacts'],
      [/views\.db/, 'views'],
    ];
    for (const [root, file] of [data, join(directory, 'nats')].flatMap((root) => filesIn(root).map((file) => [root, file] as const))) {
      const path = relative(root, file);
      if (path.startsWith('secrets/')) continue;
      const [, place] = roots.find(([form]) => form.test(path)) ?? [undefined, 'work folders, mirrors, keys and the bus\' own files' as const];
      found[place].push(readFileSync(file));
    }
  }
});

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

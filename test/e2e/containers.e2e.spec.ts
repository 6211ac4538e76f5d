import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, ROOT, SERVICES } from '@slipway/platform';
import { CONTAINERS, readComposeFile } from '../repository/compose-file.js';
import { ContainerEngine } from './container-engine.js';

interface Answer {
  readonly status: number;
  readonly body: { readonly token: string; readonly data: { readonly state: string }; readonly [name: string]: unknown };
}

const PATIENCE_MS = 60_000;
const SECRET = 'canary-in-a-container';
/** Tries to write everywhere, and says where it could. */
const WRITES = `for (const folder of ['/', '/slipway', '/etc', '/usr', '/run/secrets', '/artifacts', '/data', '/tmp']) {
  try { require('fs').writeFileSync(folder + '/tried', ''); console.log(folder) } catch (error) { if (!['EROFS', 'ENOENT', 'EACCES'].includes(error.code)) throw error }
}
console.log(process.getuid())`;

describe('the services of compose.yaml, on read-only roots and as another user', () => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-containers-'));
  const repository = join(directory, 'good');
  let engine: ContainerEngine;
  let port: number;

  beforeAll(async () => {
    const ports = { nats: await freePort(), eventStore: await freePort(), gateway: await freePort() };
    port = ports.gateway;
    execFileSync(process.execPath, [join(CONTAINERS, 'make-secrets.mjs'), '--out', join(directory, 'secrets')]);
    replaceIn('secrets/nats/nats.conf', '0.0.0.0:4222', `127.0.0.1:${ports.nats}`);
    writeFileSync(join(directory, 'secrets/deployment/token'), SECRET);
    makeRepository(repository);
    const compose = readComposeFile((text) => text.replaceAll('nats:4222', `nats:${ports.nats}`).replaceAll('2113', String(ports.eventStore)).replaceAll('"7070"', `"${port}"`).replaceAll('0.0.0.0', '127.0.0.1'));
    engine = await ContainerEngine.open(compose, directory, [repository]);
    for (const name of ['nats', 'event-store']) engine.start(name);
    await giveCredentials(ports.eventStore);
    for (const name of [...SERVICES, 'gateway']) engine.start(name);
    for (const name of [...SERVICES, 'gateway']) await eventually(() => engine.log(name).includes('"ready"'), () => engine.log(name));
  }, 120_000);

  afterAll(async () => {
    await engine.stop();
    rmSync(directory, { recursive: true, force: true });
  }, 30_000);

  it.each([['planning', ['/data', '/tmp']], ['build', ['/artifacts', '/data', '/tmp']], ['deployment', ['/data', '/tmp']], ['gateway', ['/data', '/tmp']]])('%s can write to %j only, and is nobody', async (name, places) => {
    expect(await engine.run(name, WRITES)).toEqual({ code: 0, output: `${places.join('\n')}\n65532\n` });
  });

  it('carry a release from a commit to an environment, with a build and a secret step in sandboxes', async () => {
    const admin = readFileSync(join(engine.volume('gateway'), 'first-administrator.token'), 'utf8').trim();
    const dev = await tokenFor(admin, 'person:dev', { acme: ['developer', 'releaser'] });
    const sre = await tokenFor(admin, 'person:sre', { sre: ['policy-author', 'viewer'] });
    await ok(dev, 'PUT', '/v1/applications/acme/good', { repository, components: [{ name: 'a', recipe: { command: ['cp', 'a.txt', 'out.txt'], outputs: ['out.txt'] } }] });
    await ok(dev, 'PUT', '/v1/plans/acme/good', { application: 'acme/good', target: 'sre' });
    const steps = [{ name: 'use-it', type: 'run', command: ['sh', '-c', 'test "$(cat "$KEY")" = canary-in-a-container'], secretFiles: { KEY: 'file:token' } }];
    await ok(sre, 'PUT', '/v1/admissions/sre/good', { origin: 'acme', applications: ['good'], environments: [{ name: 'staging', steps, gates: [] }] });
    await ok(dev, 'POST', '/v1/applications/acme/good/candidates', { version: '1.0.0' });
    await reaches(dev, '/v1/applications/acme/good/candidates/1.0.0-rc1', '"build":"succeeded"');
    await ok(dev, 'POST', '/v1/plans/acme/good/releases', { candidate: '1.0.0-rc1' });
    await reaches(sre, '/v1/targets', '"status":"succeeded","candidate":"1.0.0-rc1"');
    expect(engine.allRun).toBe(true);
    for (const name of SERVICES) expect(engine.log(name)).not.toContain(SECRET);
  }, 120_000);

  /** As its operator would: the first users' file, and the authority that clients are to trust. */
  async function giveCredentials(eventStorePort: number): Promise<void> {
    await eventually(() => engine.log('event-store').includes('"ready":true'), () => engine.log('event-store'));
    const { admin } = JSON.parse(readFileSync(join(engine.volume('event-store'), 'first-users.json'), 'utf8')) as { admin: string };
    const [ca, keys] = [join(directory, 'secrets/event-store/ca.pem'), join(directory, 'event-store-keys')];
    writeFileSync(ca, readFileSync(join(engine.volume('event-store'), 'certs/ca.crt')));
    execFileSync(process.execPath, [join(ROOT, 'deploy/event-store/set-up.mjs'), '--server', `esdb://127.0.0.1:${eventStorePort}?tlsCAFile=${ca}`, '--keys', keys], { input: `${admin}\n` });
    for (const service of SERVICES) {
      const password = encodeURIComponent(readFileSync(join(keys, `${service}.password`), 'utf8').trim());
      replaceIn(`secrets/event-store/${service}.env`, 'PASSWORD@event-store:2113', `${password}@event-store:${eventStorePort}`);
    }
  }

  function replaceIn(file: string, what: string, by: string): void {
    const path = join(directory, file);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(what);
    writeFileSync(path, text.replace(what, by));
  }

  async function tokenFor(admin: string, subject: string, grants: object): Promise<string> {
    return (await ok(admin, 'POST', '/v1/tokens', { subject, grants })).body.token;
  }

  async function ok(token: string, method: string, path: string, body: object): Promise<Answer> {
    const answer = await ask(token, method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  }

  async function reaches(token: string, path: string, text: string): Promise<void> {
    let last: Answer | undefined;
    await eventually(
      async () => JSON.stringify((last = await ask(token, 'GET', path)).body).includes(text),
      () => `${path} never had ${text}: ${JSON.stringify(last?.body)}\n${SERVICES.map((name) => engine.log(name)).join('\n')}`,
    );
  }

  function ask(token: string, method: string, path: string, body?: object): Promise<Answer> {
    const ca = readFileSync(join(directory, 'secrets/tls/ca.pem'));
    return new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path, method, ca, servername: 'localhost', headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) } }, (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) as Answer['body'] }));
      });
      asked.once('error', reject);
      asked.end(body && JSON.stringify(body));
    });
  }
});

async function eventually(done: () => boolean | Promise<boolean>, otherwise: () => string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await done())) {
    if (Date.now() > deadline) throw new Error(otherwise());
    await sleep(200);
  }
}

function makeRepository(folder: string): void {
  if (existsSync(folder)) return;
  mkdirSync(folder);
  const git = (...args: string[]): void => void execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], { cwd: folder });
  git('init', '-q', '-b', 'main');
  writeFileSync(join(folder, 'a.txt'), 'a\n');
  git('add', '-A');
  git('commit', '-q', '-m', 'Begin');
}

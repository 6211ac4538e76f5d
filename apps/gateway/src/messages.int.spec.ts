import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { makeSigningKey, readTrustedKeys } from '@slipway/identity';
import { ERRORS } from '@slipway/kernel';
import { ROUTES, subjectOf } from '@slipway/messaging';
import { writePrivateFile } from '@slipway/process-runner';
import { POSITION, refused, World } from './world.fixtures.js';

let world: World;
beforeAll(async () => (world = await World.start()), 30_000);
afterAll(() => world.stop(), 30_000);
beforeEach(() => {
  world.heard.length = 0;
  world.answers.clear();
});

const CUT = 'POST /v1/applications/acme/shop/candidates';

/** What makes each message valid besides its path. */
const BODIES: Readonly<Record<string, object>> = {
  RegisterApplication: { repository: 'https://git.example.org/shop.git', components: [{ name: 'web', path: '.', build: { command: ['true'] }, output: 'out' }] },
  CherryPick: { commits: ['abc1234'] },
  WriteReleasePlan: { application: 'acme/shop', target: 'sre' },
  RequestRelease: { candidate: '1.0.0-rc1' },
  CancelRelease: { reason: 'why' },
  WriteReleasePlanAdmission: { origin: 'acme', applications: ['shop'], environments: [] },
  RejectRelease: { reason: 'why' },
  DeclareFreeze: { environments: ['prod'], reason: 'why' },
  LiftFreeze: { reason: 'why' },
  GrantException: { release: 'acme/r', environment: 'prod', gate: 'freeze', reason: 'why' },
  RevokeException: { reason: 'why' },
  RollBack: { reason: 'why' },
  PlaceHold: { reason: 'why' },
  LiftHold: { reason: 'why' },
};
/** Their bodies are long; that they arrive is shown by what they are refused for. */
const REFUSED = ['RegisterApplication', 'WriteReleasePlanAdmission'];
const PARAMETERS: Readonly<Record<string, string>> = { workspace: 'acme', name: 'shop', candidate: '1.0.0-rc1', environment: 'prod', managed: 'sre' };

describe('a message over HTTP', () => {
  it.each(ROUTES.map((route) => [`${route.method} /v1${route.path}`, route] as const))('%s reaches its service', async (line, route) => {
    const name = route.message.name;
    const { status, headers, body } = await world.ask(line.replace(/\{(\w+)\}/g, (_all, parameter: string) => PARAMETERS[parameter]!), route.method === 'GET' ? {} : { body: BODIES[name] ?? {} });
    if (REFUSED.includes(name)) return expect(body).toMatchObject({ status: 400, code: 'INVALID_COMMAND' });
    expect({ status, position: headers.get('slipway-position') }).toEqual({ status: 200, position: POSITION });
    const fields = Object.fromEntries(Object.entries(route.fields).map(([field, parts]) => [field, parts.map((part) => PARAMETERS[part]).join('/')]));
    expect(world.heard).toMatchObject([{ subject: subjectOf(route.message), body: { ...fields, ...BODIES[name] }, claims: { sub: 'person:administrator', grants: { '*': ['administrator'] } } }]);
    return undefined;
  });

  it('rebuilds views', async () => {
    world.answers.set('rebuild-views', { service: 'query', events: 1 });
    expect((await world.ask('POST /v1/services/query/views/rebuilds')).body).toEqual({ service: 'query', events: 1 });
    expect((await world.ask('POST /v1/services/nobody/views/rebuilds')).body).toMatchObject({ status: 404, code: 'ROUTE_NOT_FOUND' });
  });

  it('is vouched for with another key as soon as that is in the file', async () => {
    const { privatePem, publicPem } = makeSigningKey();
    const file = join(world.directory, 'key.pem');
    writePrivateFile(file, privatePem);
    world.keys = readTrustedKeys(publicPem);
    expect((await world.ask('GET /v1/waiting')).status).toBe(200);
    chmodSync(file, 0o644);
    expect((await world.ask('GET /v1/waiting')).status).toBe(200);
    writePrivateFile(file, 'no key');
    expect((await world.ask('GET /v1/waiting')).status).toBe(200);
    expect(world.heard).toHaveLength(3);
  });

  it('takes numbers and positions from the query string', async () => {
    await world.ask(`GET /v1/releases?limit=5&application=acme%2Fshop&after=${encodeURIComponent(POSITION)}`);
    expect(world.heard[0]!.body).toEqual({ limit: 5, application: 'acme/shop', after: POSITION });
  });

  it('is one command however often it is repeated', async () => {
    const id = 'B2C6A0CE-7A4E-4A9A-8B1E-2F1F5F6F7A80';
    const headers = { 'idempotency-key': id, 'x-correlation-id': 'ticket-7', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
    const answer = await world.ask(CUT, { body: {}, headers });
    expect(answer.headers.get('x-correlation-id')).toBe('ticket-7');
    expect(world.heard).toMatchObject([{ commandId: id.toLowerCase(), correlationId: 'ticket-7', traceparent: headers.traceparent }]);
    const mine = { headers: { 'idempotency-key': 'monday' }, body: {} };
    await world.ask(CUT, mine);
    await world.ask(CUT, mine);
    await world.ask(CUT, { ...mine, token: (await world.token('person:bob', { acme: ['developer'] })).token });
    await world.ask(CUT, { body: {}, headers: { 'x-correlation-id': 'no\ttab' } });
    const [, one, two, bobs, none] = world.heard.map(({ commandId }) => commandId);
    expect(two).toBe(one);
    expect(new Set([one, bobs, none]).size).toBe(3);
    expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/);
    expect(world.heard.at(-1)!.correlationId).toBe(none);
  });
});

describe('a refusal', () => {
  it.each(['ADMISSION_NOT_FOUND', 'REVIEW_ENDED', 'NOT_ALLOWED', 'REVIEW_DENIED', 'CONCURRENT_CHANGE', 'REPOSITORY_UNREACHABLE', 'INTERNAL'] as const)('of a service, %s, passes with its status', async (code) => {
    world.answers.set('cut-candidate', refused(code, 'because'));
    const { status, headers, body } = await world.ask(CUT, { body: {} });
    expect({ status, body }).toEqual({ status: ERRORS[code].status, body: { type: `https://slipway.dev/errors/${code}`, code, status: ERRORS[code].status, title: expect.any(String) as string, detail: 'because' } });
    expect(headers.get('content-type')).toBe('application/problem+json');
  });

  it.each([
    ['a field that is not known', CUT, { body: { actor: 'person:eve' } }, 'INVALID_COMMAND'],
    ['a field that the path gives', CUT, { body: { application: 'acme/other' } }, 'INVALID_COMMAND'],
    ['a field twice', 'GET /v1/releases?application=a/b&application=c/d', {}, 'INVALID_COMMAND'],
    ['a name that is none', 'POST /v1/applications/..%2F..%2Fetc/shop/candidates', { body: {} }, 'INVALID_COMMAND'],
    ['a path that is not well formed', 'GET /v1/releases/%E0%A4%A/x/timeline', {}, 'MALFORMED_MESSAGE'],
    ['a number that is none', 'GET /v1/releases?limit=many', {}, 'INVALID_COMMAND'],
    ['rubbish', CUT, { body: '{' }, 'MALFORMED_MESSAGE'],
    ['a list', CUT, { body: '[]' }, 'MALFORMED_MESSAGE'],
    ['no JSON', CUT, { body: 'version=1.0.0', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 'UNSUPPORTED_MEDIA_TYPE'],
    ['something compressed', CUT, { body: '{}', headers: { 'content-encoding': 'gzip' } }, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a body that is too large', CUT, { body: `{"ref":"${'x'.repeat(1_100_000)}"}` }, 'BODY_TOO_LARGE'],
    ['a body that is too deep', CUT, { body: `{"ref":${'['.repeat(40)}${']'.repeat(40)}}` }, 'MALFORMED_MESSAGE'],
    ['a body that is far too deep', CUT, { body: `{"ref":${'['.repeat(200_000)}${']'.repeat(200_000)}}` }, 'MALFORMED_MESSAGE'],
    ['a path that there is not', 'GET /v1/nothing', {}, 'ROUTE_NOT_FOUND'],
    ['a method that there is not', 'DELETE /v1/releases', {}, 'ROUTE_NOT_FOUND'],
    ['a key that is too long', CUT, { body: {}, headers: { 'idempotency-key': 'k'.repeat(300) } }, 'INVALID_COMMAND'],
  ] as const)('of %s reaches no service', async (_what, line, options, code) => {
    const { status, headers, body } = await world.ask(line, options);
    expect(body).toMatchObject({ code, status: ERRORS[code].status, detail: expect.any(String) as string });
    expect(status).toBe(ERRORS[code].status);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(JSON.stringify(body)).not.toMatch(/node_modules|\.ts|\.js|slipway\.v1|at Object/);
    expect(world.heard).toEqual([]);
  });

  it('of a chunked body that is too large comes before its end', async () => {
    let sent = 0;
    const body = new ReadableStream({ pull: (controller) => (sent++ < 64 ? controller.enqueue(new Uint8Array(65_536)) : controller.close()) });
    const asked = fetch(`${world.gateway.url}/v1/applications/acme/shop/candidates`, { method: 'POST', body, headers: { authorization: `Bearer ${world.administrator}`, 'content-type': 'application/json' }, duplex: 'half' });
    const status = await asked.then((answer) => answer.status, () => 'cut');
    expect([413, 'cut']).toContain(status);
    expect(world.heard).toEqual([]);
  });

  it('of a service that is busy passes in its words', async () => {
    world.answers.set('rebuild-views', refused('UNAVAILABLE', 'the views are busy'));
    expect((await world.ask('POST /v1/services/audit/views/rebuilds')).body).toMatchObject({ code: 'UNAVAILABLE', detail: 'the views are busy' });
  });

  it('of the bus keeps its inner names, and readiness tells when it is gone', async () => {
    await world.silence();
    expect((await world.ask(CUT, { body: {} })).body).toMatchObject({ status: 503, code: 'UNAVAILABLE', detail: 'the service does not answer; it may be starting: try again' });
    await world.cutBus();
    expect((await world.ask('GET /readyz', { token: null })).body).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
    expect((await world.ask('GET /healthz', { token: null })).status).toBe(200);
  }, 15_000);
});

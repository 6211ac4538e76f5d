import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { SlipwayError, toProblem } from '@slipway/kernel';
import { connectGateway } from '@slipway/messaging';
import { candidateVerbs } from './candidate.verbs.js';
import type { CommandModule } from './cli.js';
import { getVerbs } from './get.verbs.js';
import { loginVerbs } from './login.verbs.js';
import { tokenVerbs } from './token.verbs.js';
import { whoamiVerbs } from './whoami.verbs.js';
import { answered, runIn, type World } from './world.fixtures.js';

interface Heard {
  readonly line: string;
  readonly authorization: string | undefined;
  readonly id: string | undefined;
  readonly body: unknown;
}

const MODULES: readonly CommandModule[] = [candidateVerbs, getVerbs, loginVerbs, tokenVerbs, whoamiVerbs];
const ANN = { sub: 'person:ann', grants: { acme: ['developer'] }, signedInBy: 'token', expires: '2099-01-01T00:00:00.000Z' };

describe('the command line at a gateway', () => {
  const home = mkdtempSync(join(tmpdir(), 'slipway-cli-'));
  const heard: Heard[] = [];
  /** `GET /v1/…` → what is answered; an error as a problem; several one after the other. */
  let answers: Record<string, unknown[]>;
  let server: Server;
  let url: string;

  async function answer(request: IncomingMessage): Promise<unknown> {
    const body = await text(request);
    const line = `${request.method} ${request.url}`;
    heard.push({ line, authorization: request.headers.authorization, id: request.headers['idempotency-key'] as string | undefined, body: body ? (JSON.parse(body) as unknown) : undefined });
    const [first, ...more] = answers[line] ?? [new SlipwayError('ROUTE_NOT_FOUND', `nothing answers ${line}`)];
    if (more.length > 0) answers[line] = more;
    return first;
  }

  beforeAll(async () => {
    server = createServer((request, response) => {
      void answer(request).then((value) => {
        if (value === 'never') return;
        if (typeof value === 'string') return void response.writeHead(502, { 'content-type': 'text/html' }).end(value);
        const problem = value instanceof Error ? toProblem(value) : undefined;
        response.writeHead(problem?.status ?? 200, { 'content-type': problem ? 'application/problem+json' : 'application/json' }).end(JSON.stringify(problem ?? value));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  });
  beforeEach(() => {
    heard.length = 0;
    answers = { 'GET /v1/whoami': [ANN] };
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    rmSync(home, { recursive: true });
  });

  const slipway = (line: string[], environment: NodeJS.ProcessEnv = { SLIPWAY_TOKEN: 'slw_t' }, stdin = ''): Promise<World> =>
    runIn(MODULES, line, {}, { environment: { SLIPWAY_TOKEN: undefined, SLIPWAY_URL: url, HOME: home, ...environment }, connectGateway, stdin: async () => stdin });

  it('asks with the token, and repeats a command under its own id', async () => {
    answers['POST /v1/applications/acme/shop/candidates'] = [answered({ type: 'CandidateCut', data: {} })];
    const id = 'b2c6a0ce-7a4e-4a9a-8b1e-2f1f5f6f7a80';
    expect(await slipway(['cut', 'acme/shop', '--version', '1.8.0', '--command-id', id, '-o', 'json'])).toMatchObject({ exit: 0 });
    expect(heard).toEqual([{ line: 'POST /v1/applications/acme/shop/candidates', authorization: 'Bearer slw_t', id, body: { version: '1.8.0' } }]);
  });

  it('follows something to its end by asking again, at least twice a second', async () => {
    answers['POST /v1/applications/acme/shop/candidates/1.0.0-rc1/builds'] = [answered()];
    const shown = `GET /v1/applications/acme/shop/candidates/1.0.0-rc1?after=${encodeURIComponent(answered().position)}`;
    answers[shown] = [...['requested', 'running', 'succeeded'].map((build) => ({ position: 'p', data: { build } }))];
    const started = Date.now();
    expect(await slipway(['build', 'acme/shop', '1.0.0-rc1', '--wait', '-o', 'json'])).toMatchObject({ exit: 0 });
    expect(heard.map(({ line }) => line).slice(1)).toEqual([shown, shown, shown]);
    expect(Date.now() - started).toBeLessThan(1_500);
  });

  it.each([
    [new SlipwayError('NOT_ALLOWED', 'it takes a developer', [{ code: 'ROLE', message: 'developer' }]), 4, 'NOT_ALLOWED: it takes a developer\n  - ROLE: developer'],
    [new SlipwayError('COMMAND_ID_REUSED', 'with another body'), 6, 'COMMAND_ID_REUSED'],
    ['<html>Bad gateway</html>', 1, 'UNAVAILABLE'],
  ])('ends as the answer says: %s', async (refusal, exit, words) => {
    answers['POST /v1/applications/acme/shop/candidates'] = [refusal];
    const world = await slipway(['cut', 'acme/shop']);
    expect(world.exit).toBe(exit);
    expect(world.err).toContain(words);
  });

  it('ends with 7 where nothing is answered in time, and names the id to repeat', async () => {
    answers['POST /v1/applications/acme/shop/candidates'] = ['never'];
    const { exit, err } = await slipway(['cut', 'acme/shop', '--timeout', '0.2', '--command-id', 'b2c6a0ce-7a4e-4a9a-8b1e-2f1f5f6f7a80']);
    expect(exit).toBe(7);
    expect(err).toContain('(--command-id b2c6a0ce-7a4e-4a9a-8b1e-2f1f5f6f7a80)');
  });

  it('signs in with a token, which is kept for its owner and sent to that gateway only', async () => {
    expect(await slipway(['login', '--token-stdin'], {}, 'slw_kept\n')).toMatchObject({ exit: 0, out: `signed in at ${url} as person:ann, until ${ANN.expires}` });
    const file = join(home, '.config/slipway/credentials.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ [url]: { token: 'slw_kept', expires: ANN.expires } });
    expect((await slipway(['whoami'], {})).out).toContain('person:ann by token');
    expect(heard.at(-1)!.authorization).toBe('Bearer slw_kept');
    expect(await slipway(['whoami'], { SLIPWAY_URL: 'http://127.0.0.1:1' })).toMatchObject({ exit: 4, err: expect.stringContaining('NOT_SIGNED_IN: not signed in at http://127.0.0.1:1: slipway login --token-stdin < your.token') as string });
  });

  it('says where a token came from that is not taken, and which one goes first', async () => {
    answers['GET /v1/whoami'] = [new SlipwayError('NOT_SIGNED_IN', 'the token is not known here')];
    expect((await slipway(['whoami'])).err).toBe('slipway: NOT_SIGNED_IN: the token is not known here (the token came from SLIPWAY_TOKEN)');
    answers['GET /v1/whoami'] = [ANN];
    const { err } = await slipway(['login', '--token-stdin'], { SLIPWAY_TOKEN: 'slw_t', HOME: join(home, 'third') }, 'slw_kept');
    expect(err.split('\n')[1]).toBe('SLIPWAY_TOKEN is set: commands go with that token, and not with this one');
  });

  it('does not keep a token that the gateway refuses', async () => {
    answers['GET /v1/whoami'] = [new SlipwayError('NOT_SIGNED_IN', 'the token is not known here')];
    expect(await slipway(['login', '--token-stdin'], { HOME: join(home, 'other') }, 'slw_bad')).toMatchObject({ exit: 4, err: 'slipway: NOT_SIGNED_IN: the token is not known here' });
    expect(await slipway(['whoami'], { HOME: join(home, 'other') })).toMatchObject({ exit: 4 });
  });

  it('tells whether one may', async () => {
    answers['GET /v1/can?action=candidate.cut&object=acme%2Fshop'] = [{ action: 'candidate.cut', object: 'acme/shop', allowed: true, roles: ['developer'] }];
    answers['GET /v1/can?action=tokens.manage'] = [{ action: 'tokens.manage', object: null, allowed: false, roles: ['administrator'] }];
    expect(await slipway(['can', 'candidate.cut', 'acme/shop'])).toMatchObject({ exit: 0, out: 'yes' });
    expect(await slipway(['can', 'tokens.manage'])).toMatchObject({ exit: 4, out: 'no: it takes administrator' });
  });

  it('makes, lists and revokes tokens', async () => {
    const row = { id: '0f3a9c51d2e7', subject: 'machine:ci', grants: { acme: ['developer', 'viewer'], '*': ['auditor'] }, createdBy: 'person:ann', created: ANN.expires, expires: ANN.expires, revoked: null, lastUsed: null };
    answers['POST /v1/tokens'] = [{ ...row, token: 'slw_new' }];
    answers['GET /v1/tokens'] = [[row, { ...row, revoked: ANN.expires }]];
    answers['DELETE /v1/tokens/0f3a9c51d2e7'] = [row];
    expect(await slipway(['token', 'create', 'machine:ci', '-g', 'acme:developer,viewer', 'acme:viewer', '*:auditor', '--days', '30'])).toMatchObject({ exit: 0, out: 'slw_new' });
    expect(heard[0]!.body).toEqual({ subject: 'machine:ci', grants: row.grants, days: 30 });
    expect((await slipway(['token', 'list'])).out).toMatch(/0f3a9c51d2e7 +machine:ci .*good\n.*revoked$/s);
    expect(await slipway(['token', 'revoke', '0f3a9c51d2e7'])).toMatchObject({ exit: 0, out: 'token 0f3a9c51d2e7 of machine:ci was revoked' });
  });

  it.each([
    [['-g', 'developer'], '--grant developer: write a workspace, a colon and its roles'],
    [['-g', 'acme:'], '--grant acme:: write a workspace'],
    [['-g', 'acme:viewer:x'], '--grant acme:viewer:x: write a workspace'],
    [['-g', 'acme:dev,viewer'], '--grant acme:dev,viewer: "dev" is not one of the roles viewer, developer'],
    [['-g', 'acme:viewer,'], '"" is not one of the roles'],
    [['-g', 'acme:viewer', '--days', 'x'], 'days'],
  ])('asks for no token with %j', async (options, text) => {
    const { exit, err } = await slipway(['token', 'create', 'machine:ci', ...options]);
    expect([exit, err]).toEqual([2, expect.stringContaining(text)]);
    expect(heard).toEqual([]);
  });

  it.each([
    [['whoami'], { SLIPWAY_URL: 'http://slipway.example.org' }, 'CONFIG_INVALID'],
    [['whoami'], { SLIPWAY_URL: undefined }, 'CONFIG_INVALID'],
    [['whoami'], { SLIPWAY_TOKEN: undefined, SLIPWAY_TOKEN_FILE: '/nonexistent' }, 'CONFIG_INVALID'],
  ])('sends no token where it must not: %j %j', async (line, environment, code) => {
    const { err } = await slipway(line, { SLIPWAY_TOKEN: 'slw_t', ...environment });
    expect(err).toContain(`slipway: ${code}: `);
    expect(heard).toEqual([]);
  });
});

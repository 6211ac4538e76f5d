import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TokenRecord } from './token.js';
import { World } from './world.fixtures.js';

let world: World;
beforeAll(async () => (world = await World.start({ SLIPWAY_ACCESS_FILE: '<dir>/access.yaml' }, { 'access.yaml': 'people: [{ person: alice, subjects: [], emails: [Alice@Example.org] }]' })), 30_000);
afterAll(() => world.stop(), 30_000);

const file = (): string => join(world.directory, 'data/tokens.json');
const records = (): TokenRecord[] => (JSON.parse(readFileSync(file(), 'utf8')) as { tokens: TokenRecord[] }).tokens;
const whoami = (token: string | null) => world.ask('GET /v1/whoami', { token });
const change = (id: string, to: Partial<TokenRecord>): void =>
  writeFileSync(file(), JSON.stringify({ tokens: records().map((each) => (each.id === id ? { ...each, ...to } : each)) }), { mode: 0o600 });

describe('a token', () => {
  it('is shown once and kept as a hash, in a file of its owner\'s only', async () => {
    const { token, id } = await world.token('person:alice', { acme: ['developer'] });
    expect(token).toMatch(/^slw_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$/);
    const text = readFileSync(file(), 'utf8');
    expect(text).not.toContain(token.slice(17));
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(statSync(join(world.directory, 'data/first-administrator.token')).mode & 0o777).toBe(0o600);
    const { body } = await world.ask('GET /v1/tokens');
    expect((body as unknown as TokenRecord[]).find((row) => row.id === id)).toEqual({ id, subject: 'person:alice', grants: { acme: ['developer'] }, createdBy: 'person:administrator', created: expect.any(String) as string, expires: expect.any(String) as string, revoked: null, lastUsed: null });
    expect(JSON.stringify(body)).not.toContain('hash');
  });

  it('says who its holder is, with what they may do and the addresses that the access file knows', async () => {
    const { token } = await world.token('person:alice', { acme: ['developer'] });
    expect((await whoami(token)).body).toEqual({ sub: 'person:alice', emails: ['alice@example.org'], grants: { acme: ['developer'] }, signedInBy: 'token', expires: expect.any(String) as string });
    world.heard.length = 0;
    await world.ask('GET /v1/releases', { token });
    expect(world.heard[0]!.claims).toMatchObject({ iss: 'slipway-gateway', sub: 'person:alice', emails: ['alice@example.org'], grants: { acme: ['developer'] } });
  });

  it.each([
    ['none', () => null, 'sign in first'],
    ['an empty one', () => '', 'sign in first'],
    ['another secret', (token: string) => `${token.slice(0, -4)}AAAA`, 'not known'],
    ['another id', (token: string) => token.replace(/^slw_.{12}/, 'slw_000000000000'), 'not known'],
    ['one that is too long', (token: string) => `${token}x`, 'not known'],
    ['a JWT where there is no provider', () => 'a.b.c', 'no OpenID provider'],
  ] as const)('lets nobody in: %s', async (_what, made, text) => {
    const { token } = await world.token('person:alice', {});
    const { status, body } = await whoami(made(token));
    expect({ status, code: body['code'], detail: body['detail'] }).toEqual({ status: 401, code: 'NOT_SIGNED_IN', detail: expect.stringContaining(text) as string });
  });

  it('ends when it is revoked, here or by another gateway', async () => {
    const [one, two] = [await world.token('person:alice', {}), await world.token('machine:ci', {})];
    expect((await world.ask(`DELETE /v1/tokens/${one.id}`)).body).toMatchObject({ id: one.id, revoked: expect.any(String) as string });
    expect((await whoami(one.token)).body).toMatchObject({ detail: `token ${one.id} was revoked` });
    expect((await whoami(two.token)).status).toBe(200);
    change(two.id, { revoked: new Date().toISOString() });
    expect((await whoami(two.token)).status).toBe(401);
    expect((await world.ask('DELETE /v1/tokens/000000000000')).body).toMatchObject({ status: 404, code: 'TOKEN_NOT_FOUND' });
  });

  it('ends when it expires', async () => {
    const { id, token } = await world.token('person:alice', {}, 1);
    change(id, { expires: new Date(Date.now() - 1).toISOString() });
    expect((await whoami(token)).body).toMatchObject({ code: 'NOT_SIGNED_IN', detail: `token ${id} has expired` });
  });

  it('notes the day of its last use', async () => {
    const { id, token } = await world.token('person:alice', {});
    await whoami(token);
    for (let tries = 0; tries < 100 && records().find((each) => each.id === id)?.lastUsed === null; tries++) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(records().find((each) => each.id === id)?.lastUsed).toBe(new Date().toISOString().slice(0, 10));
  });

  it('survives a file that can not be used', async () => {
    const good = readFileSync(file(), 'utf8');
    writeFileSync(file(), '{ "tokens": [');
    expect((await whoami(world.administrator)).status).toBe(200);
    writeFileSync(file(), good);
    expect((await whoami(world.administrator)).status).toBe(200);
  });
});

describe('managing tokens', () => {
  it.each([{ acme: ['administrator'] }, { '*': ['operator', 'developer', 'releaser', 'approver', 'policy-author', 'auditor', 'viewer'] }, {}])('is not for %j', async (grants) => {
    const { token, id } = await world.token('person:bob', grants);
    for (const line of ['GET /v1/tokens', `DELETE /v1/tokens/${id}`]) expect((await world.ask(line, { token })).body).toMatchObject({ status: 403, code: 'NOT_ALLOWED' });
    expect((await world.ask('POST /v1/tokens', { token, body: { subject: 'person:bob', grants: { '*': ['administrator'] } } })).status).toBe(403);
  });

  it.each([
    [{ subject: 'service:planning', grants: {} }, 'subject must be'],
    [{ subject: 'person:bob', grants: { acme: ['king'] } }, 'grants are not valid: "king" is not one of the roles viewer, '],
    [{ subject: 'person:bob', grants: { acme: 'viewer' } }, 'must be a list of roles'],
    [{ subject: 'person:bob', grants: { 'no workspace': [] } }, 'is not a workspace'],
    [{ subject: 'person:bob', grants: { 'acme.eu': [] } }, 'is not a workspace'],
    [{ subject: 'person:bob', grants: [] }, 'grants'],
    [{ subject: 'person:bob' }, 'grants'],
    [{ subject: 'person:bob', grants: {}, days: 9_999 }, 'days'],
    [{ subject: 'person:bob', grants: {}, hash: 'x' }, 'hash'],
  ])('refuses %j', async (body, text) => {
    expect((await world.ask('POST /v1/tokens', { body })).body).toMatchObject({ code: 'INVALID_COMMAND', detail: expect.stringContaining(text) as string });
  });

  it.each([{}, { days: null }])('lasts 90 days with %j', async (days) => {
    const { body } = await world.ask('POST /v1/tokens', { body: { subject: 'person:bob', grants: {}, ...days } });
    const { created, expires } = body as unknown as TokenRecord;
    expect(Date.parse(expires) - Date.parse(created)).toBeCloseTo(90 * 86_400_000, -3);
  });

  it('keeps all that were made at the same time', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, (_each, n) => world.token(`machine:m${n}`, {})));
    const ids = records().map(({ id }) => id);
    expect(made.every(({ id }) => ids.includes(id))).toBe(true);
  });

  it('makes the first administrator only where nobody has a token', async () => {
    expect(existsSync(join(world.directory, 'data/first-administrator.token'))).toBe(true);
    expect(records().filter(({ createdBy }) => createdBy === 'service:gateway')).toHaveLength(1);
  });
});

describe('can', () => {
  const can = async (token: string, query: string) => (await world.ask(`GET /v1/can?${query}`, { token })).body;

  it('tells what one may do', async () => {
    const { token } = await world.token('person:ann', { acme: ['developer'], sre: ['viewer'] });
    expect(await can(token, 'action=candidate.cut&object=acme/shop')).toEqual({ action: 'candidate.cut', object: 'acme/shop', allowed: true, roles: ['developer', 'releaser'] });
    expect(await can(token, 'action=candidate.cut&object=other/shop')).toMatchObject({ allowed: false });
    expect(await can(token, 'action=review.approve&object=sre')).toMatchObject({ allowed: false, roles: ['approver'] });
    expect(await can(token, 'action=target.show&object=other/prod/acme/shop')).toMatchObject({ allowed: true });
    expect(await can(token, 'action=target.roll-back&object=other/prod/acme/shop')).toMatchObject({ allowed: false });
    expect(await can(token, 'action=release.list')).toMatchObject({ allowed: true });
    expect(await can(token, 'action=builder.show')).toMatchObject({ allowed: true });
    expect(await can(token, 'action=tokens.manage')).toMatchObject({ allowed: false });
    expect(await can(world.administrator, 'action=tokens.manage')).toMatchObject({ allowed: true });
  });

  it.each(['action=nothing', 'action=candidate.cut', 'action=candidate.cut&object=a/b&object=c/d', ''])('refuses %j', async (query) => {
    expect(await can(world.administrator, query)).toMatchObject({ code: 'INVALID_COMMAND' });
  });
});

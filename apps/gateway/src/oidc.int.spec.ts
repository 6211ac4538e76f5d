import { SignJWT } from 'jose';
import { AUDIENCE, forged, OidcProvider, providerKey } from './oidc-provider.fixtures.js';
import { OidcVerifier } from './oidc.js';
import { World } from './world.fixtures.js';

const FIRST = providerKey('first');
const SECOND = providerKey('second');
const NOW = Math.floor(Date.now() / 1_000);

let provider: OidcProvider;
let world: World;

beforeAll(async () => {
  provider = await OidcProvider.start([FIRST]);
  const { issuer } = provider;
  const access = `
people:
  - person: ann
    subjects: [{ issuer: "${issuer}", subject: alice }, { issuer: "${issuer}", subject: alice-admin }]
    emails: [ann@example.org]
    grants: { acme: [developer] }
  - person: bob
    subjects: [{ issuer: https://elsewhere.example.org, subject: bob }]
groups:
  release-managers: { acme: [releaser], sre: [viewer] }
machines:
  - { machine: ci, issuer: "${issuer}", subject: ci, claims: { client_id: ci }, grants: { acme: [developer] } }
  - { machine: other, issuer: "${issuer}", subject: stranger, claims: { client_id: another } }
`;
  world = await World.start({ SLIPWAY_ACCESS_FILE: '<dir>/access.yaml', SLIPWAY_OIDC_ISSUER: issuer, SLIPWAY_OIDC_AUDIENCE: AUDIENCE }, { 'access.yaml': access });
}, 30_000);

afterAll(async () => {
  await world?.stop();
  await provider?.stop();
}, 30_000);

const whoami = async (token: string) => (await world.ask('GET /v1/whoami', { token })).body;

describe('a person with an account at the OpenID provider', () => {
  it('signs in with code and PKCE, and is the person of the access file', async () => {
    const token = await provider.personsToken('alice');
    expect(await whoami(token)).toEqual({ sub: 'person:ann', emails: ['ann@example.org'], grants: { acme: ['developer', 'releaser'], sre: ['viewer'] }, signedInBy: 'oidc', expires: expect.any(String) as string });
    world.heard.length = 0;
    await world.ask('GET /v1/plans', { token });
    expect(world.heard[0]!.claims).toMatchObject({ sub: 'person:ann', emails: ['ann@example.org'] });
  });

  it('is the same person with a second account', async () => {
    expect(await whoami(await provider.personsToken('alice-admin'))).toMatchObject({ sub: 'person:ann' });
  });

  it.each(['mallory', 'bob'])('is refused as long as nobody says whose account it is: %s', async (login) => {
    expect(await whoami(await provider.personsToken(login))).toMatchObject({ status: 403, code: 'NOT_ALLOWED', detail: expect.stringContaining(`account ${login} belongs to nobody here`) as string });
  });

  it('is told where to sign in', async () => {
    expect((await world.ask('GET /.well-known/oauth-protected-resource', { token: null })).body).toEqual({ resource: AUDIENCE, authorization_servers: [provider.issuer], bearer_methods_supported: ['header'] });
  });
});

describe('a machine with client credentials', () => {
  it('is the machine of the access file, without groups', async () => {
    expect(await whoami(await provider.machinesToken('ci'))).toMatchObject({ sub: 'machine:ci', grants: { acme: ['developer'] } });
  });

  it('is refused when its token does not say what it must', async () => {
    expect(await whoami(await provider.machinesToken('stranger'))).toMatchObject({ code: 'NOT_ALLOWED' });
  });
});

describe('a token that is not right', () => {
  const none = (claims: object): string => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`;
  const good = () => ({ iss: provider.issuer, aud: AUDIENCE, sub: 'alice', exp: NOW + 300 });
  const shared = () => new SignJWT(good()).setProtectedHeader({ alg: 'HS256', kid: 'first' }).sign(Buffer.from(FIRST.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()));

  it('is not one that tests could have made wrong by accident', async () => {
    expect(await whoami(await forged(provider.issuer, FIRST))).toMatchObject({ sub: 'person:ann' });
    expect(await whoami(await forged(provider.issuer, FIRST, { exp: NOW - 5 }))).toMatchObject({ sub: 'person:ann' }); // Clocks differ.
  });

  it.each([
    ['for another audience', () => provider.personsToken('alice', 'https://other.example.org'), 'aud'],
    ['of another issuer', () => forged('https://evil.example.org', FIRST), 'iss'],
    ['that expired', () => forged(provider.issuer, FIRST, { exp: NOW - 60 }), 'has expired'],
    ['that never expires', () => forged(provider.issuer, FIRST, { exp: undefined }), 'exp'],
    ['from the future', () => forged(provider.issuer, FIRST, { nbf: NOW + 300 }), 'nbf'],
    ['of nobody', () => forged(provider.issuer, FIRST, { sub: undefined }), 'sub'],
    ['with another key under the same name', () => forged(provider.issuer, providerKey('first')), 'not signed with a key'],
    ['with an unknown key', () => forged(provider.issuer, providerKey('mine')), 'not signed with a key'],
    ['without a signature', () => Promise.resolve(none(good())), 'not signed with a key'],
    ['with a shared secret', shared, 'not signed with a key'],
    ['that is none', () => Promise.resolve('rubbish'), 'not signed with a key'],
  ] as const)('is refused: %s', async (_what, made, text) => {
    expect(await whoami(await made())).toMatchObject({ status: 401, code: 'NOT_SIGNED_IN', detail: expect.stringContaining(text) as string });
  });
});

describe('the keys of the provider', () => {
  it('are looked for again when a token names one that is not known; an old one is good as long as it is published', async () => {
    const verifier = new OidcVerifier({ issuer: provider.issuer, audience: AUDIENCE, keysCooldownMs: 0 });
    const before = await provider.personsToken('alice');
    await verifier.verify(before);
    await provider.rotate([SECOND, FIRST]);
    expect(await verifier.verify(await provider.personsToken('alice'))).toMatchObject({ sub: 'alice' });
    expect(await verifier.verify(before)).toMatchObject({ sub: 'alice' });
    await provider.rotate([SECOND]);
    await expect(new OidcVerifier({ issuer: provider.issuer, audience: AUDIENCE }).verify(before)).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  });

  it('can not be had from a provider that is away, or that says it is another', async () => {
    const token = await forged('http://127.0.0.1:1', FIRST);
    await expect(new OidcVerifier({ issuer: 'http://127.0.0.1:1', audience: AUDIENCE }).verify(token)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const alias = provider.issuer.replace('127.0.0.1', 'localhost');
    await expect(new OidcVerifier({ issuer: alias, audience: AUDIENCE }).verify(token)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

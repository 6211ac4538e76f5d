import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as tlsConnect } from 'node:tls';
import { World } from './world.fixtures.js';
import { startGateway } from './start-gateway.js';

describe('every answer', () => {
  let world: World;
  beforeAll(async () => (world = await World.start()), 30_000);
  afterAll(() => world.stop(), 30_000);

  it.each([
    ['GET /v1/whoami', 200],
    ['GET /v1/nothing', 404],
    ['GET /healthz', 200],
    ['GET /readyz', 200],
  ])('to %s has the headers of a place where nothing runs, and no others', async (line, status) => {
    const { headers, status: got } = await world.ask(line, { headers: { origin: 'https://evil.example' } });
    expect(got).toBe(status);
    expect(headers.get('content-security-policy')).toBe("default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'");
    expect(headers.get('strict-transport-security')).toMatch(/^max-age=31536000/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('cache-control')).toBe('no-store');
    for (const name of ['x-powered-by', 'server', 'set-cookie', 'access-control-allow-origin', 'etag']) expect([name, headers.get(name)]).toEqual([name, null]);
  });

  it('to another site\'s question whether it may ask is no', async () => {
    const { status, headers } = await world.ask('OPTIONS /v1/whoami', { token: null, headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' } });
    expect(status).toBe(401);
    expect(headers.get('access-control-allow-methods')).toBeNull();
  });

  it('is the same for whoever is not signed in, whether there is something or not', async () => {
    const [there, not] = await Promise.all([world.ask('GET /v1/audit/log', { token: null }), world.ask('GET /v1/nothing', { token: null })]);
    expect(there.body).toEqual(not.body);
    expect(there.headers.get('www-authenticate')).toBe('Bearer realm="slipway"');
  });

  it('says nothing about sign-in where no provider is configured', async () => {
    expect((await world.ask('GET /.well-known/oauth-protected-resource', { token: null })).status).toBe(404);
  });

  it('does not come for a request with too large a head', async () => {
    const socket = connect(Number(new URL(world.gateway.url).port), '127.0.0.1');
    socket.write(`GET /v1/whoami HTTP/1.1\r\nhost: x\r\nx-big: ${'x'.repeat(20_000)}\r\n\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 431 /);
    socket.destroy();
  });
});

describe('rate limits', () => {
  it('hold for each caller, and say when to come back', async () => {
    const world = await World.start({ SLIPWAY_RATE_PER_CALLER: '5' });
    try {
      const bob = await world.token('person:bob', {});
      const statuses: number[] = [];
      for (let n = 0; n < 6; n++) statuses.push((await world.ask('GET /v1/whoami', { token: bob.token })).status);
      expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
      const { headers, body } = await world.ask('GET /v1/whoami', { token: bob.token });
      expect(body).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await world.ask('GET /v1/whoami')).status).toBe(200);
      expect((await world.ask('GET /healthz', { token: null })).status).toBe(200);
    } finally {
      await world.stop();
    }
  }, 30_000);

  it('hold for each address before anybody is known', async () => {
    const world = await World.start({ SLIPWAY_RATE_PER_ADDRESS: '4' });
    try {
      const statuses: number[] = [];
      for (let n = 0; n < 5; n++) statuses.push((await world.ask('GET /v1/whoami', { token: `guess-${n}`, headers: { 'x-forwarded-for': `10.0.0.${n}` } })).status);
      expect(statuses).toEqual([401, 401, 401, 401, 429]);
    } finally {
      await world.stop();
    }
  }, 30_000);
});

describe('with a certificate', () => {
  it('speaks TLS 1.2 and newer, and nothing else', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'slipway-tls-'));
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ed25519', '-nodes', '-days', '1', '-keyout', 'key.pem', '-out', 'cert.pem', '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'], { cwd: directory, stdio: 'pipe' });
    chmodSync(join(directory, 'key.pem'), 0o600);
    const world = await World.start({ SLIPWAY_HTTP_HOST: '0.0.0.0', SLIPWAY_TLS_CERT_FILE: join(directory, 'cert.pem'), SLIPWAY_TLS_KEY_FILE: join(directory, 'key.pem') });
    const { port, protocol } = new URL(world.gateway.url);
    const greet = (options: object): Promise<string | null> =>
      new Promise((resolve, reject) => {
        const socket = tlsConnect({ host: '127.0.0.1', port: Number(port), ca: readFileSync(join(directory, 'cert.pem')), ...options }, () => {
          resolve(socket.getProtocol());
          socket.destroy();
        });
        socket.once('error', reject);
      });
    try {
      expect(protocol).toBe('https:');
      expect(await greet({})).toBe('TLSv1.3');
      expect(await greet({ maxVersion: 'TLSv1.2' })).toBe('TLSv1.2');
      await expect(greet({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })).rejects.toThrow();
      await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
    } finally {
      await world.stop();
      rmSync(directory, { recursive: true });
    }
  }, 30_000);
});

describe('a gateway that could not keep its promises', () => {
  const environment = { SLIPWAY_NATS: 'nats://127.0.0.1:1', SLIPWAY_NATS_SEED_FILE: '/nonexistent/seed', SLIPWAY_DATA: '/nonexistent', SLIPWAY_ASSERTION_KEY_FILE: '/nonexistent/key.pem', SLIPWAY_LOG_LEVEL: 'silent' };

  it.each([
    [{ SLIPWAY_HTTP_HOST: '0.0.0.0' }, 'tokens would be readable on the way to 0.0.0.0'],
    [{ SLIPWAY_TLS_CERT_FILE: '/a.pem' }, 'belong together'],
    [{ SLIPWAY_OIDC_ISSUER: 'http://idp.example.org' }, 'must be an https URL'],
    [{ SLIPWAY_HTTP_PORT: 'seven' }, 'SLIPWAY_HTTP_PORT'],
    [{}, 'the key that vouches for callers can\'t be read'],
  ])('does not start: %j', async (more, text) => {
    await expect(startGateway({ ...environment, ...more })).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(text) as string });
  });
});

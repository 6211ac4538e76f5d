// A real OpenID provider on loopback for tests: `node provider.mjs`, with its keys (a JWKS with private keys) in OIDC_KEYS.
// It prints its issuer. With OIDC_TLS (a folder with server.crt and server.key, for localhost) it speaks https. Everybody may sign in as whoever the login_hint names. Two paths are for tests alone:
//   POST /test/keys        a JWKS that replaces the keys, as when they rotate
//   GET  /test/browse?to=  what a person with a browser does: follows the page and signs in; answers where it ends
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { json } from 'node:stream/consumers';
import { Provider } from 'oidc-provider';

const RESOURCES = ['https://slipway.example.org', 'https://other.example.org'];

function providerWith(issuer, keys) {
  const provider = new Provider(issuer, {
    jwks: keys,
    cookies: { keys: ['for tests'] },
    clients: [
      // Of a native client, every loopback port is a redirect's.
      { client_id: 'slipway-cli', application_type: 'native', token_endpoint_auth_method: 'none', grant_types: ['authorization_code'], response_types: ['code'], redirect_uris: ['http://127.0.0.1/callback'] },
      { client_id: 'ci', client_secret: 'secret-of-ci', grant_types: ['client_credentials'], response_types: [], redirect_uris: [] },
      { client_id: 'stranger', client_secret: 'secret-of-stranger', grant_types: ['client_credentials'], response_types: [], redirect_uris: [] },
    ],
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_ctx, resource) => ({ scope: '', audience: resource, accessTokenTTL: 300, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } }),
      },
    },
    extraTokenClaims: (_ctx, token) => (token.kind === 'AccessToken' ? { groups: ['release-managers', 'unknown'] } : undefined),
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid');
      for (const resource of RESOURCES) grant.addResourceScope(resource, '');
      await grant.save();
      return grant;
    },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
  });
  return { provider, serve: provider.callback() };
}

/** The location outside the provider to which a browser is sent in the end. */
async function browse(issuer, page) {
  const jar = new Map();
  let url = page;
  for (let steps = 0; steps < 20; steps++) {
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') } });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      if (value) jar.set(name, value);
      else jar.delete(name);
    }
    const location = answer.headers.get('location');
    if (!location) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
    url = new URL(location, url).href;
    if (!url.startsWith(issuer)) return url;
  }
  throw new Error(`the sign-in has no end: ${url}`);
}

async function interact(request, response) {
  const { params, prompt } = await current.provider.interactionDetails(request, response);
  // A native client asks for consent each time, whatever was granted.
  await current.provider.interactionFinished(request, response, prompt.name === 'login' ? { login: { accountId: params.login_hint ?? 'alice' } } : { consent: {} });
}

async function serve(request, response) {
  const { pathname, searchParams } = new URL(request.url, issuer);
  if (pathname === '/test/keys') {
    current = providerWith(issuer, await json(request));
    response.end();
  } else if (pathname === '/test/browse') response.end(await browse(issuer, searchParams.get('to')));
  else if (pathname.startsWith('/interaction/')) await interact(request, response);
  else await current.serve(request, response);
}

const { OIDC_TLS: tls } = process.env;
const listener = (request, response) => void serve(request, response).catch((error) => response.writeHead(500).end(String(error.stack)));
const server = tls ? createTlsServer({ cert: readFileSync(`${tls}/server.crt`), key: readFileSync(`${tls}/server.key`) }, listener) : createServer(listener);
server.listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const issuer = `${tls ? 'https://localhost' : 'http://127.0.0.1'}:${server.address().port}`;
let current = providerWith(issuer, JSON.parse(process.env.OIDC_KEYS));
process.stdout.write(`${issuer}\n`);
// Whoever started it may be gone.
process.stdin.on('end', () => process.exit()).resume();

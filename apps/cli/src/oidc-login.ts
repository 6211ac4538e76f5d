import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { SlipwayError } from '@slipway/kernel';
import type { Credential } from './credentials.js';

interface Provider {
  readonly issuer: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
}

export interface OidcLogin {
  /** The gateway's, which says where one signs in. */
  readonly url: string;
  readonly clientId: string;
  /** Shows a page to the person who signs in. */
  readonly show: (page: string) => void;
}

const PATIENCE_MS = 300_000;
const ANSWER_MS = 10_000;

/**
 * Signs a person in at the gateway's OpenID provider: authorization code with PKCE, answered on a loopback port.
 * @throws SlipwayError NOT_SIGNED_IN, ROUTE_NOT_FOUND when the gateway has no provider, UNAVAILABLE, TIMED_OUT
 */
export async function oidcLogin({ url, clientId, show }: OidcLogin): Promise<Credential> {
  const { resource, authorization_servers: [issuer] } = await json<{ resource: string; authorization_servers: [string] }>(`${url}/.well-known/oauth-protected-resource`);
  const provider = await json<Provider>(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  if (provider.issuer !== issuer) throw new SlipwayError('NOT_SIGNED_IN', `the OpenID provider at ${issuer} says that it is ${provider.issuer}`);
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const shared = { client_id: clientId, ...(URL.canParse(resource) && { resource }) };
  const { code, redirectUri } = await codeFrom(issuer, state, (redirect) => {
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const query = new URLSearchParams({ ...shared, response_type: 'code', scope: 'openid', redirect_uri: redirect, state, code_challenge: challenge, code_challenge_method: 'S256' });
    show(`${provider.authorization_endpoint}?${query.toString()}`);
  });
  const granted = await json<{ access_token: string; expires_in?: number }>(provider.token_endpoint, new URLSearchParams({ ...shared, grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }));
  return { token: granted.access_token, expires: new Date(Date.now() + (granted.expires_in ?? 3_600) * 1_000).toISOString() };
}

/** Waits on a free loopback port for the browser to come back with a code. */
async function codeFrom(issuer: string, state: string, show: (redirectUri: string) => void): Promise<{ code: string; redirectUri: string }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
  const redirectUri = `http://127.0.0.1:${address.port}/callback`;
  let timer: NodeJS.Timeout | undefined;
  try {
    const code = new Promise<string>((resolve, reject) => {
      timer = setTimeout(() => reject(new SlipwayError('TIMED_OUT', `nobody signed in within ${PATIENCE_MS / 60_000} minutes`)), PATIENCE_MS);
      server.on('request', (request, response) => {
        const { pathname, searchParams: answer } = new URL(request.url ?? '/', redirectUri);
        // A browser asks for its icon too, and another page may guess the port: only what knows the state is an answer.
        if (pathname !== '/callback' || answer.get('state') !== state) return end(response, 404, 'Nothing is here.');
        const from = answer.get('iss') ?? issuer;
        const given = answer.get('code');
        if (from === issuer && given) return end(response, 200, 'You are signed in. This page can be closed.'), resolve(given);
        end(response, 400, 'You are not signed in; the command line says why.');
        return reject(new SlipwayError('NOT_SIGNED_IN', `the OpenID provider refused: ${answer.get('error_description') ?? answer.get('error') ?? `an answer from ${from}`}`));
      });
    });
    show(redirectUri);
    return { code: await code, redirectUri };
  } finally {
    clearTimeout(timer);
    server.close();
    server.closeIdleConnections();
  }
}

const end = (response: ServerResponse, status: number, text: string): void => void response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(`${text}\n`);

async function json<T>(url: string, form?: URLSearchParams): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(ANSWER_MS), headers: { accept: 'application/json' }, ...(form && { method: 'POST', body: form }) });
  } catch (error) {
    throw new SlipwayError('UNAVAILABLE', `${new URL(url).origin} does not answer`, [], { cause: error });
  }
  const content = (await answer.json().catch(() => ({}))) as { detail?: string; error_description?: string; error?: string };
  if (answer.ok) return content as T;
  throw new SlipwayError('NOT_SIGNED_IN', `${url} answered ${answer.status}: ${content.detail ?? content.error_description ?? content.error ?? 'without a reason'}`);
}

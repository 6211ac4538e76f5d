import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { SignJWT } from 'jose';

export const AUDIENCE = 'https://slipway.example.org';

/** A signing key of the provider, which tests hold as well, to make tokens that no provider would. */
export interface ProviderKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

export function providerKey(kid: string): ProviderKey {
  return { kid, privateKey: generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey };
}

const jwks = (keys: readonly ProviderKey[]): string => JSON.stringify({ keys: keys.map(({ kid, privateKey }) => ({ ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' })) });

/** The npm package oidc-provider in a process of its own. */
export class OidcProvider {
  private constructor(
    readonly issuer: string,
    private readonly process: ChildProcess,
  ) {}

  static async start(keys: readonly ProviderKey[]): Promise<OidcProvider> {
    const process_ = spawn(process.execPath, [join(__dirname, '../../../test/oidc/provider.mjs')], { env: { ...process.env, OIDC_KEYS: jwks(keys), NODE_OPTIONS: '' }, stdio: ['pipe', 'pipe', 'ignore'] });
    const issuer = await new Promise<string>((resolve, reject) => {
      process_.stdout.on('data', (chunk: Buffer) => resolve(/http:\/\/\S+/.exec(chunk.toString())?.[0] ?? ''));
      process_.once('exit', (code) => reject(new Error(`the provider ended with ${code}`)));
    });
    return new OidcProvider(issuer, process_);
  }

  async stop(): Promise<void> {
    const gone = once(this.process, 'exit');
    this.process.stdin!.end();
    await gone;
  }

  async rotate(keys: readonly ProviderKey[]): Promise<void> {
    await fetch(`${this.issuer}/test/keys`, { method: 'POST', body: jwks(keys) });
  }

  /** Authorization code with PKCE, as a person does it in a browser. */
  async personsToken(login: string, resource = AUDIENCE): Promise<string> {
    const verifier = randomBytes(32).toString('base64url');
    const redirect = 'http://127.0.0.1:1/callback';
    const shared = { client_id: 'slipway-cli', resource, redirect_uri: redirect };
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const page = new URLSearchParams({ ...shared, response_type: 'code', scope: 'openid', code_challenge: challenge, code_challenge_method: 'S256', login_hint: login });
    const end = await (await fetch(`${this.issuer}/test/browse?${new URLSearchParams({ to: `${this.issuer}/auth?${page.toString()}` }).toString()}`)).text();
    const code = new URL(end).searchParams.get('code');
    if (!code) throw new Error(end);
    return this.token({ ...shared, grant_type: 'authorization_code', code, code_verifier: verifier });
  }

  async machinesToken(client: string): Promise<string> {
    return this.token({ grant_type: 'client_credentials', client_id: client, client_secret: `secret-of-${client}`, resource: AUDIENCE });
  }

  private async token(form: Record<string, string>): Promise<string> {
    const answer = (await (await fetch(`${this.issuer}/token`, { method: 'POST', body: new URLSearchParams(form) })).json()) as { access_token?: string };
    if (!answer.access_token) throw new Error(JSON.stringify(answer));
    return answer.access_token;
  }
}

/** A token as the provider would sign it, but with what the test says. */
export function forged(issuer: string, { kid, privateKey }: ProviderKey, claims: object = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  return new SignJWT({ iss: issuer, aud: AUDIENCE, sub: 'alice', iat: now, exp: now + 300, ...claims }).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey);
}

import { SlipwayError } from '@slipway/kernel';
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { notSignedIn } from './caller.js';

export interface OidcSettings {
  readonly issuer: string;
  readonly audience: string;
  /** Least time between two looks at the provider's keys. Default: 5,000. */
  readonly keysCooldownMs?: number;
}

/** Asymmetric ones only: with a shared secret, whoever can check a token can make one. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const CLOCK_TOLERANCE_SECONDS = 30;
const PROVIDER_ANSWERS_WITHIN_MS = 5_000;

/** Checks bearer tokens of an OpenID provider. Its keys are looked for when a token names one that is not known. */
export class OidcVerifier {
  private keys: Promise<JWTVerifyGetKey> | undefined;

  constructor(private readonly settings: OidcSettings) {}

  /** @throws SlipwayError NOT_SIGNED_IN; UNAVAILABLE when the provider does not answer */
  async verify(token: string): Promise<JWTPayload & { readonly sub: string; readonly exp: number }> {
    const { issuer, audience } = this.settings;
    try {
      const { payload } = await jwtVerify(token, await this.providerKeys(), { issuer, audience, algorithms: ALGORITHMS, clockTolerance: CLOCK_TOLERANCE_SECONDS, requiredClaims: ['sub', 'exp'] });
      if (payload.sub && payload.exp !== undefined) return payload as JWTPayload & { sub: string; exp: number };
      throw notSignedIn('the token does not say whose it is');
    } catch (error) {
      throw refusalOf(error);
    }
  }

  /** Found out once; a provider that did not answer is asked again at the next token. */
  private providerKeys(): Promise<JWTVerifyGetKey> {
    this.keys ??= this.discover().catch((error: unknown) => {
      this.keys = undefined;
      throw error;
    });
    return this.keys;
  }

  private async discover(): Promise<JWTVerifyGetKey> {
    const { issuer, keysCooldownMs = 5_000 } = this.settings;
    const answer = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(PROVIDER_ANSWERS_WITHIN_MS), redirect: 'error' });
    const found = (await answer.json()) as { issuer?: unknown; jwks_uri?: unknown };
    if (!answer.ok || found.issuer !== issuer || typeof found.jwks_uri !== 'string') throw new TypeError(`the discovery document of ${issuer} is not its own (HTTP ${answer.status})`);
    return createRemoteJWKSet(new URL(found.jwks_uri), { timeoutDuration: PROVIDER_ANSWERS_WITHIN_MS, cooldownDuration: keysCooldownMs });
  }
}

/** What a token was refused for is told to its holder; what the provider did not do is not their fault. */
function refusalOf(error: unknown): Error {
  if (error instanceof SlipwayError) return error;
  if (error instanceof errors.JWTExpired) return notSignedIn('the token has expired');
  if (error instanceof errors.JWTClaimValidationFailed) return notSignedIn(`the token's claim ${error.claim} is not as it must be`);
  if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError) || error.code === errors.JOSEError.code) {
    return new SlipwayError('UNAVAILABLE', 'the OpenID provider does not answer; try again', [], { cause: error });
  }
  return notSignedIn('the token is not signed with a key of the OpenID provider, or is none');
}

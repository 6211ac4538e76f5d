import type { Access } from './access-file.js';
import { emailsOf, grantsOf, machineOf, personOf } from './access-file.js';
import { SlipwayError } from '@slipway/kernel';
import { type Caller, type Middleware, notSignedIn, rememberCaller } from './caller.js';
import type { OidcVerifier } from './oidc.js';
import { isOwnToken } from './token.js';
import type { TokenStore } from './token-store.js';

const BEARER = /^Bearer ([A-Za-z0-9._~+/=-]{1,8192})$/i;

/** Finds out who asks. What they may do is for the services to say. */
export class Authentication {
  constructor(
    private readonly tokens: TokenStore,
    private readonly access: () => Access,
    private readonly oidc: OidcVerifier | undefined,
  ) {}

  /** @throws SlipwayError NOT_SIGNED_IN, NOT_ALLOWED, UNAVAILABLE */
  async callerWith(authorization: string | undefined): Promise<Caller> {
    const token = BEARER.exec(authorization ?? '')?.[1];
    if (token === undefined) throw notSignedIn('sign in first: send a token as "Authorization: Bearer …" (slipway login)');
    return isOwnToken(token) ? this.byOwnToken(token) : this.byOidc(token);
  }

  private async byOwnToken(token: string): Promise<Caller> {
    const { subject, grants, expires } = await this.tokens.check(token, new Date());
    return this.caller({ sub: subject, grants, signedInBy: 'token', expires });
  }

  private async byOidc(token: string): Promise<Caller> {
    if (!this.oidc) throw notSignedIn('the token is not one of Slipway\'s, and no OpenID provider is configured');
    const claims = await this.oidc.verify(token);
    const account = { issuer: claims.iss!, subject: claims.sub };
    const access = this.access();
    const way = { signedInBy: 'oidc', expires: new Date(claims.exp * 1_000).toISOString() } as const;
    const machine = machineOf(access, account, claims);
    if (machine) return this.caller({ sub: `machine:${machine.machine}`, grants: machine.grants ?? {}, ...way });
    const person = personOf(access, account);
    // An account that nobody owns could be the second one of somebody who is known: it may not act for another person.
    if (!person) throw new SlipwayError('NOT_ALLOWED', `account ${account.subject} belongs to nobody here; an administrator adds it to the access file`);
    return this.caller({ sub: `person:${person.person}`, grants: grantsOf(access, person.grants, claims['groups']), ...way });
  }

  private caller(caller: Caller): Caller {
    const emails = emailsOf(this.access(), caller.sub);
    return emails.length > 0 ? { ...caller, emails } : caller;
  }
}

/** Lets only the open paths through without a caller. */
export const authenticated =
  (authentication: Authentication, open: ReadonlySet<string>): Middleware =>
  (request, _response, next) => {
    if (open.has(request.path)) return next();
    authentication.callerWith(request.headers.authorization).then((caller) => {
      rememberCaller(request, caller);
      next();
    }, next);
  };

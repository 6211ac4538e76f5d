import { randomUUID } from 'node:crypto';
import { SlipwayError } from '@slipway/kernel';
import type { Signer } from '@slipway/messaging';
import { signAssertion } from './assertion.js';
import type { Identity } from './claims.js';
import type { SigningKey } from './keys.js';
import { EVERYWHERE, type Grants, ROLES } from './roles.js';

const LIFETIME_SECONDS = 30;

/** All roles everywhere: what the owner of a platform's key has. Separation of duties holds for them as for anybody. */
export const ALL_GRANTS: Grants = { [EVERYWHERE]: ROLES };

/** Signs for one identity that its holder has established. */
export const signerFor =
  (key: SigningKey, who: Identity): Signer =>
  (message): string => {
    const iat = Math.floor(Date.now() / 1_000);
    return signAssertion(key, { ...who, jti: randomUUID(), iat, exp: iat + LIFETIME_SECONDS }, message);
  };

/** Signs for whomever the caller names: the owner of a platform's key vouches for them, with all rights. */
export const ownerSigner =
  (key: SigningKey): Signer =>
  (message, actor) => {
    if (!actor) throw new SlipwayError('ACTOR_MISSING', 'say who acts, as kind:id');
    return signerFor(key, { sub: actor, grants: ALL_GRANTS })(message, actor);
  };

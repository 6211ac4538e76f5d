import { randomUUID } from 'node:crypto';
import type { Signer } from '@slipway/messaging';
import { signAssertion } from './assertion.js';
import type { Identity } from './claims.js';
import type { SigningKey } from './keys.js';
import { EVERYWHERE, type Grants, ROLES } from './roles.js';

const LIFETIME_SECONDS = 30;

/** All roles everywhere. Separation of duties holds for who has them as for anybody. */
export const ALL_GRANTS: Grants = { [EVERYWHERE]: ROLES };

/** Signs for one identity that its holder has established. */
export const signerFor =
  (key: SigningKey, who: Identity): Signer =>
  (message): string => {
    const iat = Math.floor(Date.now() / 1_000);
    return signAssertion(key, { ...who, jti: randomUUID(), iat, exp: iat + LIFETIME_SECONDS }, message);
  };

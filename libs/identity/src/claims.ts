import { parseActor } from '@slipway/kernel';
import { type Grants, isRole } from './roles.js';

export const ISSUER = 'slipway-gateway';

/** An assertion is for one message, now. */
export const MAX_LIFETIME_SECONDS = 60;

/** Who somebody is, and what they may do: what the one who signs has established. */
export interface Identity {
  /** `kind:id`. Of the person: two accounts of one person have the same. */
  readonly sub: string;
  /** The person's e-mail addresses, lower case: by them commits are known as theirs. */
  readonly emails?: readonly string[];
  readonly grants: Grants;
}

/** What an assertion says. Times are seconds since 1970. */
export interface Claims extends Identity {
  readonly iss: typeof ISSUER;
  /** base64url of the SHA-256 over subject, command id and body. */
  readonly dig: string;
  /** The command id. */
  readonly cid: string;
  /** Never used twice. */
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
}

type Fields = Readonly<Record<string, unknown>>;

const FIELDS = ['iss', 'sub', 'emails', 'grants', 'dig', 'cid', 'jti', 'iat', 'exp'];

/** The claims, or undefined when the value is of any other shape: a claim that is not known is not ignored. */
export function claimsFrom(value: unknown): Claims | undefined {
  if (!isObject(value) || Object.keys(value).some((key) => !FIELDS.includes(key))) return undefined;
  const { sub, emails, grants, dig, cid, jti, iat, exp } = value;
  const whole = isActor(sub) && (emails === undefined || isTexts(emails)) && isGrants(grants) && [dig, cid, jti].every(isShortText) && [iat, exp].every(Number.isSafeInteger);
  return whole ? (value as unknown as Claims) : undefined;
}

export const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

const isShortText = (value: unknown): value is string => typeof value === 'string' && value.length > 0 && value.length <= 128;

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === 'string');

const isGrants = (value: unknown): boolean => isObject(value) && Object.values(value).every((roles) => Array.isArray(roles) && roles.every(isRole));

function isActor(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    parseActor(value);
    return true;
  } catch {
    return false;
  }
}

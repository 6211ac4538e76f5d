import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { EVERYWHERE, type Grants, isRole, ROLES } from '@slipway/identity';
import { type Reason, SlipwayError, WORKSPACE_FORM } from '@slipway/kernel';

/** What is kept of one of Slipway's own tokens: never the token itself. */
export interface TokenRecord {
  readonly id: string;
  /** SHA-256 of the whole token, hex. */
  readonly hash: string;
  /** `person:alice` or `machine:ci`. */
  readonly subject: string;
  readonly grants: Grants;
  /** ISO 8601. */
  readonly created: string;
  readonly createdBy: string;
  readonly expires: string;
  readonly revoked: string | null;
  /** A day, `2026-11-22`. */
  readonly lastUsed: string | null;
}

const FORM = /^slw_([0-9a-f]{12})_[A-Za-z0-9_-]{43}$/;

/** Whether a bearer token is meant to be one of ours. */
export const isOwnToken = (text: string): boolean => text.startsWith('slw_');

/** The id in a token; undefined: it is none. */
export const idOf = (token: string): string | undefined => FORM.exec(token)?.[1];

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/** A new token, which is shown once, and what is kept of it. */
export function newToken(of: Pick<TokenRecord, 'subject' | 'grants' | 'createdBy' | 'expires'>, now: Date): { token: string; record: TokenRecord } {
  const id = randomBytes(6).toString('hex');
  const token = `slw_${id}_${randomBytes(32).toString('base64url')}`;
  return { token, record: { id, hash: hashOf(token), ...of, created: now.toISOString(), revoked: null, lastUsed: null } };
}

const NOBODYS = hashOf('nobody');

/** Takes as long for a token that is unknown as for one that is known. */
export function matches(token: string, record: TokenRecord | undefined): record is TokenRecord {
  const same = timingSafeEqual(Buffer.from(hashOf(token), 'hex'), Buffer.from(record?.hash ?? NOBODYS, 'hex'));
  return same && record !== undefined;
}

/** What is wrong with grants that came from outside, and where; empty: nothing. */
export function faultsOfGrants(grants: unknown, at: string): (Reason & { readonly at: string })[] {
  if (typeof grants !== 'object' || grants === null || Array.isArray(grants)) return [{ code: 'GRANTS_SHAPE', message: 'must map workspaces, or *, to lists of roles', at }];
  return Object.entries(grants).flatMap(([workspace, roles]: [string, unknown]) => {
    const where = `${at}.${workspace}`;
    if (workspace !== EVERYWHERE && !WORKSPACE_FORM.test(workspace)) return [{ code: 'WORKSPACE_MALFORMED', message: `${JSON.stringify(workspace)} is not a workspace`, at: where }];
    if (!Array.isArray(roles)) return [{ code: 'GRANTS_SHAPE', message: 'must be a list of roles', at: where }];
    const unknown = roles.filter((role) => !isRole(role)).map((role) => JSON.stringify(role));
    return unknown.length === 0 ? [] : [{ code: 'ROLE_UNKNOWN', message: `${unknown.join(', ')} is not one of the roles ${ROLES.join(', ')}`, at: where }];
  });
}

/** @throws SlipwayError INVALID_COMMAND */
export function checkedGrants(grants: unknown): Grants {
  const reasons = faultsOfGrants(grants, 'grants');
  if (reasons.length > 0) throw new SlipwayError('INVALID_COMMAND', `grants are not valid: ${reasons.map(({ message }) => message).join('; ')}`, reasons);
  return grants as Grants;
}

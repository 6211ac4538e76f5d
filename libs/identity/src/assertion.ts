import { createHash, sign, verify } from 'node:crypto';
import { SlipwayError } from '@slipway/kernel';
import { type Claims, claimsFrom, type Identity, isObject, ISSUER, MAX_LIFETIME_SECONDS } from './claims.js';
import type { SigningKey, TrustedKeys } from './keys.js';

/** The message that an assertion is for. */
export interface SignedMessage {
  readonly subject: string;
  readonly commandId: string;
  /** The bytes on the wire. */
  readonly body: Uint8Array;
}

/** Why an assertion does not hold. */
export type AssertionFault = 'OVERSIZE' | 'FORM' | 'ALGORITHM' | 'UNKNOWN_KEY' | 'SIGNATURE' | 'CLAIMS' | 'ISSUER' | 'LIFETIME' | 'NOT_YET' | 'EXPIRED' | 'DIGEST';

const TYPE = 'slipway-assertion+jwt';
const MAX_CHARACTERS = 16_384;

/** Clocks of two machines differ a little. */
const SKEW_SECONDS = 5;

/** A compact JWS (EdDSA). `jti` and times arrive as data. */
export function signAssertion(key: SigningKey, who: Identity & Pick<Claims, 'jti' | 'iat' | 'exp'>, message: SignedMessage): string {
  const { sub, emails, grants, jti, iat, exp } = who;
  const claims: Claims = { iss: ISSUER, sub, ...(emails && { emails }), grants, dig: digestOf(message), cid: message.commandId, jti, iat, exp };
  const signed = `${encoded({ alg: 'EdDSA', typ: TYPE, kid: key.keyId })}.${encoded(claims)}`;
  return `${signed}.${sign(null, Buffer.from(signed), key.privateKey).toString('base64url')}`;
}

/**
 * What the assertion says, if it holds for this message at this time. Says nothing about whether it was used before.
 * @throws SlipwayError ASSERTION_MISSING; ASSERTION_INVALID with an AssertionFault as its reason.
 */
export function verifyAssertion(token: string | undefined, message: SignedMessage, { keys, now }: { keys: TrustedKeys; now: Date }): Claims {
  if (!token) throw new SlipwayError('ASSERTION_MISSING', 'nobody vouches for who sends this; send it through the gateway');
  if (token.length > MAX_CHARACTERS) throw invalid('OVERSIZE', `is longer than ${MAX_CHARACTERS} characters`);
  const parts = token.split('.');
  const [head = '', body = '', signature = ''] = parts;
  if (parts.length !== 3) throw invalid('FORM', 'does not have three parts');
  checkSignature(head, `${head}.${body}`, signature, keys);
  const claims = claimsFrom(decoded(body));
  if (!claims) throw invalid('CLAIMS', 'does not have the claims that it must have');
  const issuer: string = claims.iss;
  if (issuer !== ISSUER) throw invalid('ISSUER', `is not issued by ${ISSUER}`);
  checkTime(claims, now.getTime() / 1_000);
  if (claims.cid !== message.commandId || claims.dig !== digestOf(message)) throw invalid('DIGEST', 'is for another message');
  return claims;
}

/** Whom a message says that it is from, for a log: nothing of it was checked. */
export function claimedSubject(token: string | undefined): string | undefined {
  try {
    const claims = decoded(token?.split('.')[1] ?? '');
    const subject = isObject(claims) ? claims['sub'] : undefined;
    return typeof subject === 'string' ? subject.slice(0, 128) : undefined;
  } catch {
    return undefined; // It says nothing that can be read.
  }
}

function checkSignature(head: string, signed: string, signature: string, keys: TrustedKeys): void {
  const header = decoded(head);
  if (!isObject(header) || Object.keys(header).length !== 3 || header['alg'] !== 'EdDSA' || header['typ'] !== TYPE) {
    throw invalid('ALGORITHM', `must be signed with EdDSA, be of type ${TYPE}, and have no other header`);
  }
  const key = keys.get(String(header['kid']));
  if (!key) throw invalid('UNKNOWN_KEY', 'is signed with a key that is not trusted here');
  if (!verify(null, Buffer.from(signed), key, bytesOf(signature))) throw invalid('SIGNATURE', 'has a signature that is not right');
}

function checkTime({ iat, exp }: Claims, now: number): void {
  if (exp <= iat || exp - iat > MAX_LIFETIME_SECONDS) throw invalid('LIFETIME', `must last for at most ${MAX_LIFETIME_SECONDS} s`);
  if (iat > now + SKEW_SECONDS) throw invalid('NOT_YET', 'is from the future');
  if (exp <= now) throw invalid('EXPIRED', 'has expired');
}

const digestOf = ({ subject, commandId, body }: SignedMessage): string =>
  createHash('sha256').update(`${subject}\n${commandId}\n`).update(body).digest('base64url');

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Of a part, only the one form is taken that the signer writes: no key twice, no second spelling of the same bytes. */
function decoded(part: string): unknown {
  const text = bytesOf(part).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('FORM', 'does not hold JSON');
  }
  if (JSON.stringify(value) !== text) throw invalid('FORM', 'holds JSON in another form than the signer writes, such as a key twice');
  return value;
}

function bytesOf(part: string): Buffer {
  const bytes = Buffer.from(part, 'base64url');
  if (part === '' || bytes.toString('base64url') !== part) throw invalid('FORM', 'is not a compact JWS');
  return bytes;
}

const invalid = (fault: AssertionFault, what: string): SlipwayError =>
  new SlipwayError('ASSERTION_INVALID', `the assertion of who sends this ${what}`, [{ code: fault, message: `the assertion ${what}` }]);

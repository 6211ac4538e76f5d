import { generateKeyPairSync, sign } from 'node:crypto';
import { SlipwayError } from '@slipway/kernel';
import { type AssertionFault, makeSigningKey, readSigningKey, readTrustedKeys, signAssertion, type SignedMessage, verifyAssertion } from './index.js';

const NOW = new Date('2026-01-01T00:00:00Z');
const SECONDS = NOW.getTime() / 1_000;
const pair = makeSigningKey();
const key = readSigningKey(pair.privatePem);
const keys = readTrustedKeys(pair.publicPem);
const other = readSigningKey(makeSigningKey().privatePem);

const message: SignedMessage = { subject: 'slipway.v1.planning.command.cut-candidate', commandId: '3b241101-e2bb-4255-8caf-4136c566a962', body: Buffer.from('{"application":"shop/api"}') };
const alice = { sub: 'person:alice', emails: ['alice@example.org'], grants: { shop: ['developer'] }, jti: 'once', iat: SECONDS, exp: SECONDS + 30 } as const;
const token = signAssertion(key, alice, message);

const part = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const read = (index: 0 | 1): Record<string, unknown> => JSON.parse(Buffer.from(token.split('.')[index]!, 'base64url').toString()) as Record<string, unknown>;
/** Signed with the right key, whatever it says. */
const signed = (claims: unknown, header: unknown = read(0)): string => {
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${sign(null, Buffer.from(text), key.privateKey).toString('base64url')}`;
};
const check = (text: string | undefined, of = message, now = NOW) => verifyAssertion(text, of, { keys, now });

function refused(fault: AssertionFault, act: () => unknown): void {
  let thrown: unknown;
  try {
    act();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(SlipwayError);
  expect(thrown).toMatchObject({ code: 'ASSERTION_INVALID', reasons: [{ code: fault }] });
}

describe('an assertion', () => {
  it('holds for its message, and says who sends it', () => {
    expect(check(token)).toEqual({ ...alice, iss: 'slipway-gateway', cid: message.commandId, dig: expect.any(String) as string });
  });

  it('holds for a time', () => {
    expect(check(token, message, new Date((SECONDS + 29) * 1_000)).sub).toBe('person:alice');
    expect(check(token, message, new Date((SECONDS - 5) * 1_000)).sub).toBe('person:alice');
  });

  it('is missed', () => expect(() => check(undefined)).toThrow(expect.objectContaining({ code: 'ASSERTION_MISSING' }) as Error));

  it.each<[string, Partial<SignedMessage>]>([
    ['another body', { body: Buffer.from('{"application":"shop/web"}') }],
    ['an empty body', { body: new Uint8Array() }],
    ['another subject', { subject: 'slipway.v1.planning.command.cherry-pick' }],
    ['another command id', { commandId: '3b241101-e2bb-4255-8caf-4136c566a963' }],
    ['bytes moved from the command id to the body', { commandId: '3b241101', body: Buffer.from(`-e2bb-4255-8caf-4136c566a962\n{"application":"shop/api"}`) }],
  ])('does not hold for %s', (_what, change) => refused('DIGEST', () => check(token, { ...message, ...change })));

  it.each<[AssertionFault, string, number]>([
    ['EXPIRED', 'expired', 30],
    ['EXPIRED', 'long expired', 86_400],
    ['NOT_YET', 'issued in the future', -6],
  ])('%s when %s', (fault, _what, seconds) => refused(fault, () => check(token, message, new Date((SECONDS + seconds) * 1_000))));

  it.each<[AssertionFault, string, () => string]>([
    ['ALGORITHM', 'algorithm none', () => `${part({ ...read(0), alg: 'none' })}.${token.split('.')[1]}.`],
    ['ALGORITHM', 'algorithm none, signed', () => signed(read(1), { ...read(0), alg: 'none' })],
    ['ALGORITHM', 'an HMAC', () => signed(read(1), { ...read(0), alg: 'HS256' })],
    ['ALGORITHM', 'another type', () => signed(read(1), { ...read(0), typ: 'JWT' })],
    ['ALGORITHM', 'a key in its header', () => signed(read(1), { ...read(0), jwk: {} })],
    ['UNKNOWN_KEY', 'another key', () => signAssertion(other, alice, message)],
    ['SIGNATURE', 'another key under the name of ours', () => signAssertion({ ...other, keyId: key.keyId }, alice, message)],
    ['SIGNATURE', 'other claims under the old signature', () => token.replace(/\.[^.]+\./, `.${part({ ...read(1), sub: 'person:mallory' })}.`)],
    ['FORM', 'no signature', () => token.replace(/[^.]+$/, '')],
    ['FORM', 'a signature in another spelling', () => `${token}=`],
    ['FORM', 'four parts', () => `${token}.x`],
    ['FORM', 'garbage', () => 'garbage'],
    ['FORM', 'bytes that are not JSON', () => `${part('{')}.${part('{')}.${part('x')}`],
    ['FORM', 'a key twice', () => signed(JSON.stringify(read(1)).replace('{', '{"sub":"person:mallory",'))],
    ['FORM', 'a role twice in one workspace', () => signed(JSON.stringify(read(1)).replace('"grants":{', '"grants":{"shop":["approver"],'))],
    ['FORM', 'space between', () => signed(JSON.stringify(read(1), null, 1))],
    ['OVERSIZE', 'too many characters', () => signed({ ...read(1), emails: Array.from({ length: 1_000 }, (_none, index) => `alice-${index}@example.org`) })],
    ['ISSUER', 'another issuer', () => signed({ ...read(1), iss: 'somebody' })],
    ['CLAIMS', 'no claims', () => signed([])],
    ['CLAIMS', 'a claim that nobody knows', () => signed({ ...read(1), admin: true })],
    ['CLAIMS', 'a role that nobody knows', () => signed({ ...read(1), grants: { shop: ['root'] } })],
    ['CLAIMS', 'an actor that is none', () => signed({ ...read(1), sub: 'alice' })],
    ['CLAIMS', 'no nonce', () => signed({ ...read(1), jti: '' })],
    ['CLAIMS', 'a time that is none', () => signed({ ...read(1), exp: 'never' })],
    ['LIFETIME', 'a long life', () => signed({ ...read(1), exp: SECONDS + 61 })],
    ['LIFETIME', 'an end before its beginning', () => signed({ ...read(1), exp: SECONDS })],
  ])('%s: %s', (fault, _what, make) => refused(fault, () => check(make())));
});

describe('keys', () => {
  it('rotate: both are trusted for a while', () => {
    const next = makeSigningKey();
    const both = readTrustedKeys(pair.publicPem + next.publicPem);
    for (const privatePem of [pair.privatePem, next.privatePem]) {
      expect(verifyAssertion(signAssertion(readSigningKey(privatePem), alice, message), message, { keys: both, now: NOW }).sub).toBe('person:alice');
    }
  });

  it.each([
    ['none', ''],
    ['a private one', pair.privatePem],
    ['one of another kind', generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }).toString()],
  ])('are not read from %s', (_what, pem) => expect(() => readTrustedKeys(pem)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error));
});

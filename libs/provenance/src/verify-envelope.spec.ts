import { input, keyPair, NOW, type Pair, signed, text, utf8 } from './attestation.fixtures.js';
import { encodeBase64 } from './base64.js';
import { publicKeyFrom, signerFrom } from './ed25519.js';
import { encodeForSigning, signEnvelope } from './envelope.js';
import { slsaProvenance } from './slsa-provenance.js';
import { PAYLOAD_TYPE } from './statement.js';
import { type KeyTrust, type TrustedKey, verifyEnvelope } from './verify-envelope.js';

const build = keyPair();
const second = keyPair();
const stranger = keyPair();

const verify = (bytes: Uint8Array, keys: readonly TrustedKey[] = [build.trusted], threshold = 1) => verifyEnvelope(bytes, PAYLOAD_TYPE, { keys, threshold } satisfies KeyTrust, NOW);
const codes = (found: ReturnType<typeof verify>): string[] => ('reasons' in found ? found.reasons.map(({ code }) => code) : []);

interface Json {
  payloadType: string;
  payload: string;
  signatures: { keyid: string; sig: string }[];
}
const good = signed([build]);
/** The good envelope, altered as JSON. */
const altered = (change: (json: Json) => object | void): Uint8Array => {
  const json = JSON.parse(text(good)) as Json;
  return utf8(JSON.stringify(change(json) ?? json));
};

describe('encodeForSigning', () => {
  it.each([
    // The examples of the DSSE protocol, and one whose lengths are bytes and not characters.
    ['http://example.com/HelloWorld', 'hello world', 'DSSEv1 29 http://example.com/HelloWorld 11 hello world'],
    ['', '', 'DSSEv1 0  0 '],
    ['é', 'ü\n', 'DSSEv1 2 é 3 ü\n'],
  ])('encodes %j, %j', (type, payload, encoded) => {
    expect(text(encodeForSigning(type, utf8(payload)))).toBe(encoded);
  });
});

describe('Ed25519', () => {
  it('signs as RFC 8032 says (test 1)', () => {
    const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
    const der = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex').toString('base64');
    const signature = signerFrom(`-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----\n`).sign(new Uint8Array());
    expect(Buffer.from(signature).toString('hex')).toBe(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    );
  });

  it('knows a key by its SPKI, however it is written', () => {
    const der = build.publicPem.replace(/-----[A-Z ]+-----|\n/g, '');
    expect(publicKeyFrom(der).id).toBe(build.id);
    expect(build.id).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('takes no private key for a public one', () => {
    expect(() => publicKeyFrom(build.privatePem)).toThrow(expect.objectContaining({ code: 'TRUST_INVALID' }) as Error);
  });
});

describe('verifyEnvelope', () => {
  it('gives the payload and the keys that counted', () => {
    expect(verify(good)).toEqual({ payload: Uint8Array.from(utf8(text(payloadOf(good)))), keys: [build.id] });
    expect(JSON.parse(text(payloadOf(good)))).toEqual(slsaProvenance(input));
  });

  it('is the same bytes for the same statement and key', () => {
    expect(signed([build])).toEqual(good);
  });

  it('counts different keys up to the threshold', () => {
    expect(verify(signed([second, build]), [build.trusted, second.trusted], 2)).toMatchObject({ keys: [build.id, second.id].sort() });
    expect(verify(signed([build, stranger]), [build.trusted, second.trusted])).toMatchObject({ keys: [build.id] });
  });

  it('takes keyid for nothing: neither a false one nor none makes a difference', () => {
    expect(verify(altered((json) => ({ ...json, signatures: json.signatures.map((each) => ({ ...each, keyid: stranger.id })) })))).toMatchObject({ keys: [build.id] });
    expect(verify(altered((json) => ({ ...json, signatures: json.signatures.map(({ sig }) => ({ sig })) })))).toMatchObject({ keys: [build.id] });
    const posing: Pair = { ...stranger, id: build.id };
    expect(codes(verify(signed([posing])))).toEqual(['PROVENANCE_KEY_UNTRUSTED']);
  });

  it.each<[string, Uint8Array]>([
    ['an altered payload', altered((json) => void (json.payload = encodeBase64(utf8(text(payloadOf(good)).replace('rc2', 'rc3')))))],
    ['an altered signature', altered((json) => void (json.signatures[0]!.sig = encodeBase64(new Uint8Array(64).fill(1))))],
    ['a signature of another length', altered((json) => void (json.signatures[0]!.sig = encodeBase64(new Uint8Array(65))))],
    ['an empty signature', altered((json) => void (json.signatures[0]!.sig = ''))],
    ['a payload that was signed as another type', altered((json) => void (json.signatures[0]!.sig = sigOf(signEnvelope('text/plain', slsaProvenance(input), [build]))))],
    ['a payload that was signed without its type', altered((json) => void (json.signatures[0]!.sig = encodeBase64(build.sign(payloadOf(good)))))],
    ['the signature of a key that nobody listed', signed([stranger])],
  ])('counts nobody for %s', (_, bytes) => {
    expect(codes(verify(bytes))).toEqual(['PROVENANCE_KEY_UNTRUSTED']);
  });

  it('counts a key once, however often it signed or is listed', () => {
    const twice = [build.trusted, { ...build.trusted }];
    expect(codes(verify(signed([build, build]), [...twice, second.trusted], 2))).toEqual(['PROVENANCE_KEY_UNTRUSTED']);
  });

  it('never takes a threshold of none for satisfied', () => {
    expect(codes(verify(good, [build.trusted], 0))).toEqual(['PROVENANCE_KEY_UNTRUSTED']);
    expect(codes(verify(good, [build.trusted], NaN))).toEqual(['PROVENANCE_KEY_UNTRUSTED']);
  });

  it.each<[string, Partial<TrustedKey>, string]>([
    ['ended now', { notAfter: NOW }, 'PROVENANCE_KEY_EXPIRED'],
    ['is valid from tomorrow', { notBefore: '2026-03-03T00:00:00Z' }, 'PROVENANCE_KEY_EXPIRED'],
    ['has an end that is no instant', { notAfter: 'never' }, 'PROVENANCE_KEY_EXPIRED'],
    ['was revoked, also after it had signed', { revoked: '2026-03-01T00:00:00Z' }, 'PROVENANCE_KEY_REVOKED'],
    ['will be revoked', { revoked: '2027-01-01T00:00:00Z' }, 'PROVENANCE_KEY_REVOKED'],
  ])('does not count a key that %s, also when another entry lists it without', (_, more, code) => {
    expect(codes(verify(good, [{ ...build.trusted, ...more }]))).toEqual([code, 'PROVENANCE_KEY_UNTRUSTED']);
    expect(codes(verify(good, [build.trusted, { ...build.trusted, ...more }]))).toEqual([code, 'PROVENANCE_KEY_UNTRUSTED']);
  });

  it('lets the old key and the new one count while both are listed', () => {
    const rotated = [{ ...build.trusted, notAfter: '2026-03-02T12:00:00.001Z' }, { ...second.trusted, notBefore: NOW }];
    expect(verify(good, rotated)).toMatchObject({ keys: [build.id] });
    expect(verify(signed([second]), rotated)).toMatchObject({ keys: [second.id] });
    expect(verify(signed([build, second]), [{ ...build.trusted, revoked: NOW }, second.trusted])).toMatchObject({ keys: [second.id] });
  });

  it.each<[string, Uint8Array]>([
    ['a bare statement', utf8(JSON.stringify(slsaProvenance(input)))],
    ['no signatures', signed([])],
  ])('calls %s unsigned', (_, bytes) => {
    expect(codes(verify(bytes))).toEqual(['PROVENANCE_UNSIGNED']);
  });

  const base64 = (json: Json): string => json.payload.replace(/=+$/, '');
  it.each<[string, Uint8Array]>([
    ['another type outside', altered((json) => void (json.payloadType = 'text/plain'))],
    ['the type in capitals', altered((json) => void (json.payloadType = json.payloadType.toUpperCase()))],
    ['a key twice', utf8(text(good).replace('{', '{"payload":"e30=",'))],
    ['a list', utf8('[]')],
    ['no JSON', utf8('DSSEv1')],
    ['nothing', new Uint8Array()],
    ['a payload that is an object', altered((json) => ({ ...json, payload: {} }))],
    ['signatures that are no list', altered((json) => ({ ...json, signatures: {} }))],
    ['a signature that is null', altered((json) => ({ ...json, signatures: [null] }))],
    ['a crowd of signatures', altered((json) => ({ ...json, signatures: new Array<object>(17).fill(json.signatures[0]!) }))],
    ['base64 with a line break', altered((json) => void (json.payload = `${json.payload}\n`))],
    ['base64 for the web', altered((json) => void (json.payload = '_-8='))],
    ['base64 with stray bits', altered((json) => void (json.payload = 'e31='))],
    ['base64 with too much padding', altered((json) => void (json.payload = `${base64(json)}====`))],
    ['a signature in base64 without padding', altered((json) => void (json.signatures[0]!.sig = json.signatures[0]!.sig.replace(/=+$/, '')))],
  ])('refuses %s', (_, bytes) => {
    expect(codes(verify(bytes))).toEqual(['PROVENANCE_MALFORMED']);
  });
});

function payloadOf(bytes: Uint8Array): Uint8Array {
  return Buffer.from((JSON.parse(text(bytes)) as Json).payload, 'base64');
}

function sigOf(bytes: Uint8Array): string {
  return (JSON.parse(text(bytes)) as Json).signatures[0]!.sig;
}

import { digest, input, keyPair, NOW, signed, thing, trustIn, utf8 } from './attestation.fixtures.js';
import { encodeBase64 } from './base64.js';
import { type BuiltThing, checkProvenance, type ProvenanceTrust } from './check-provenance.js';
import { encodeForSigning } from './envelope.js';
import type { ProvenanceInput } from './slsa-provenance.js';
import { slsaProvenance } from './slsa-provenance.js';
import { PAYLOAD_TYPE } from './statement.js';

const build = keyPair();
const trust = trustIn([build.trusted], { repositories: ['https://example.com/shop/checkout'] });

const check = (bytes: Uint8Array, more: { trust?: Partial<ProvenanceTrust>; thing?: Partial<BuiltThing> } = {}) => checkProvenance(bytes, { ...trust, ...more.trust }, { ...thing, ...more.thing }, NOW);
const codes = ({ reasons }: { reasons: readonly { code: string }[] }): string[] => reasons.map(({ code }) => code);

/** Signed by the trusted key, whatever it is. */
const signedText = (payload: string): Uint8Array =>
  utf8(JSON.stringify({ payloadType: PAYLOAD_TYPE, payload: encodeBase64(utf8(payload)), signatures: [{ sig: encodeBase64(build.sign(encodeForSigning(PAYLOAD_TYPE, utf8(payload)))) }] }));
const statement = JSON.stringify(slsaProvenance(input));

describe('checkProvenance', () => {
  it('trusts what a trusted builder made of that source', () => {
    expect(check(signed([build]))).toEqual({ keys: [build.id], reasons: [] });
  });

  it('looks at nothing that is not vouched for', () => {
    expect(codes(check(signed([keyPair()], { builderId: 'other' })))).toEqual(['PROVENANCE_KEY_UNTRUSTED']);
  });

  it.each<[string, Partial<ProvenanceInput>, string[]]>([
    ['by another builder', { builderId: 'https://evil.example/builders/build-1' }, ['PROVENANCE_BUILDER_MISMATCH']],
    ['by a builder whose name begins alike', { builderId: `${input.builderId}0` }, ['PROVENANCE_BUILDER_MISMATCH']],
    ['from another repository', { repository: 'https://example.com/shop/checkout-fork' }, ['PROVENANCE_SOURCE_MISMATCH']],
    ['from another host', { repository: 'https://example.com.evil.example/shop/checkout' }, ['PROVENANCE_SOURCE_MISMATCH']],
    ['from a path of other case', { repository: 'https://example.com/Shop/checkout' }, ['PROVENANCE_SOURCE_MISMATCH']],
    ['over another protocol', { repository: 'http://example.com/shop/checkout' }, ['PROVENANCE_SOURCE_MISMATCH']],
    ['from another commit', { commit: 'd'.repeat(40) }, ['PROVENANCE_COMMIT_MISMATCH']],
    ['for another application', { application: 'shop/other' }, ['PROVENANCE_CANDIDATE_MISMATCH']],
    ['for another candidate', { candidate: '1.8.0-rc1' }, ['PROVENANCE_CANDIDATE_MISMATCH']],
    ['as another snapshot', { snapshot: digest('e') }, ['PROVENANCE_DIGEST_MISMATCH']],
    ['with another component', { components: [{ ...input.components[0]!, digest: digest('e') }] }, ['PROVENANCE_DIGEST_MISMATCH']],
    ['otherwise in all', { builderId: 'x', repository: '/y', commit: 'd'.repeat(40), candidate: '1.0.0-rc1', snapshot: digest('e') }, [
      'PROVENANCE_BUILDER_MISMATCH', 'PROVENANCE_SOURCE_MISMATCH', 'PROVENANCE_COMMIT_MISMATCH', 'PROVENANCE_CANDIDATE_MISMATCH', 'PROVENANCE_DIGEST_MISMATCH',
    ]],
  ])('refuses what was built %s', (_, more, expected) => {
    expect(codes(check(signed([build], more)))).toEqual(expected);
  });

  it.each([
    'https://example.com/shop/checkout', 'https://example.com/shop/checkout.git/', 'HTTPS://Example.COM:443/shop/checkout.git', 'git+https://example.com/shop/checkout', 'https://bot:s3cret@example.com/shop/x/../checkout',
  ])('takes %s for the repository that it is', (repository) => {
    expect(check(signed([build]), { trust: { repositories: [repository] } }).reasons).toEqual([]);
  });

  it.each([
    ['git@example.com:shop/checkout.git', 'ssh://git@example.com/shop/checkout', true],
    ['ssh://git@example.com:22/shop/checkout', 'git@example.com:shop/checkout', true],
    ['root@example.com:shop/checkout.git', 'git@example.com:shop/checkout', false],
    ['/srv/git/my shop.git', 'file:///srv/git/my%20shop', true],
    ['/srv/git/shop', '/srv/git/shop2', false],
  ])('compares %s with %s', (repository, listed, same) => {
    expect(codes(check(signed([build], { repository }), { trust: { repositories: [listed] } }))).toEqual(same ? [] : ['PROVENANCE_SOURCE_MISMATCH']);
  });

  it('takes any repository where none is listed', () => {
    expect(check(signed([build], { repository: '/anywhere' }), { trust: { repositories: undefined } }).reasons).toEqual([]);
  });

  it('lets no admitted source stand in for another that is named elsewhere in the statement', () => {
    const foreign = statement.replace('"repository":"https://example.com/shop/checkout.git"', '"repository":"https://evil.example/a"');
    expect(codes(check(signedText(foreign)))).toEqual(['PROVENANCE_SOURCE_MISMATCH']);
    const source = '{"uri":"git+https://example.com/shop/checkout.git","digest":{"gitCommit":"cccccccccccccccccccccccccccccccccccccccc"}}';
    const more = statement.replace(source, `${source},{"uri":"git+https://evil.example/a","digest":{"gitCommit":"${'d'.repeat(40)}"}}`);
    expect(codes(check(signedText(more)))).toEqual(['PROVENANCE_SOURCE_MISMATCH', 'PROVENANCE_COMMIT_MISMATCH']);
  });

  it.each([
    ['upper case', (hex: string) => hex.toUpperCase()],
    ['0x before it', (hex: string) => `0x${hex.slice(2)}`],
    ['too few digits', (hex: string) => hex.slice(1)],
    ['too many digits', (hex: string) => `${hex}b`],
    ['its algorithm inside', (hex: string) => `sha256:${hex}`],
    ['white space', (hex: string) => `${hex}\\n`],
  ])('refuses a digest with %s', (_, write) => {
    const hex = 'b'.repeat(64);
    expect(codes(check(signedText(statement.replace(hex, write(hex)))))).toEqual(['PROVENANCE_MALFORMED']);
  });

  it('names no digest that is wanted in another form', () => {
    expect(codes(check(signed([build]), { thing: { digest: digest('b').toUpperCase() } }))).toEqual(['PROVENANCE_DIGEST_MISMATCH']);
  });

  it.each([
    ['two digests under one key', statement.replace('"digest":{', `"digest":{"sha256":"${'e'.repeat(64)}"},"digest":{`)],
    ['another statement type', statement.replace('Statement/v1', 'Statement/v0.1')],
    ['another predicate type', statement.replace('"https://slsa.dev/provenance/v1"', '"https://slsa.dev/verification_summary/v1"')],
    ['another build type', statement.replace('recipe/v1', 'recipe/v2')],
    ['no subject', statement.replace(/"subject":\[.*?\],"predicateType"/, '"subject":[],"predicateType"')],
    ['no JSON', 'hello'],
  ])('refuses a payload with %s', (_, payload) => {
    expect(payload).not.toBe(statement);
    expect(codes(check(signedText(payload)))).toEqual(['PROVENANCE_MALFORMED']);
  });
});

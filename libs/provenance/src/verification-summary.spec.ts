import { digest, keyPair, NOW, signed } from './attestation.fixtures.js';
import { checkSummary } from './check-summary.js';
import { signEnvelope } from './envelope.js';
import { PAYLOAD_TYPE } from './statement.js';
import { type Decision, type SummaryStatement, verificationSummary } from './verification-summary.js';

const admission = keyPair();
const decision: Decision = {
  application: 'shop/checkout',
  candidate: '1.8.0-rc2',
  snapshot: digest('b'),
  target: 'sre/production/shop/checkout',
  admission: 'sre/checkout',
  admissionRevision: 3,
  policyDigest: digest('7'),
  provenance: digest('9'),
  admitted: true,
  reasons: [],
  release: 'shop/checkout-1.8.0-rc2-ab12c',
  event: { id: '00000000-0000-5000-8000-000000000001', stream: 'review-shop/checkout-1.8.0-rc2-ab12c', revision: 7, recordedAt: NOW },
};

const sign = (statement: object): Uint8Array => signEnvelope(PAYLOAD_TYPE, statement, [admission]);
const check = (bytes: Uint8Array, key = admission) => checkSummary(bytes, { keys: [key.trusted], threshold: 1 }, decision.snapshot, NOW);
const codes = (found: ReturnType<typeof check>): string[] => ('reasons' in found ? found.reasons.map(({ code }) => code) : []);

describe('verificationSummary', () => {
  it('says what was decided about which snapshot, where, under which policy', () => {
    expect(verificationSummary(decision)).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'shop/checkout@1.8.0-rc2', digest: { sha256: 'b'.repeat(64) } }],
      predicateType: 'https://slsa.dev/verification_summary/v1',
      predicate: {
        verifier: { id: 'https://slipway.dev/verifiers/admission/v1' },
        timeVerified: NOW,
        resourceUri: 'slipway:target/sre/production/shop/checkout',
        policy: { uri: 'slipway:releasePlanAdmission/sre/checkout@3', digest: { sha256: '7'.repeat(64) } },
        inputAttestations: [{ digest: { sha256: '9'.repeat(64) } }],
        verificationResult: 'PASSED',
        verifiedLevels: ['SLSA_BUILD_LEVEL_1', 'SLIPWAY_PROVENANCE_SIGNED'],
        slsaVersion: '1.0',
        'https://slipway.dev/decision/v1': { event: decision.event.id, stream: decision.event.stream, revision: 7, release: decision.release, reasons: [] },
      },
    });
  });

  it('claims no level for what nobody signed, and none for what was denied', () => {
    expect(verificationSummary({ ...decision, provenance: undefined }).predicate).toMatchObject({ verifiedLevels: ['SLSA_BUILD_LEVEL_0'] });
    expect(verificationSummary({ ...decision, admitted: false, reasons: [{ code: 'FROZEN', message: 'x' }] }).predicate).toMatchObject({
      verificationResult: 'FAILED',
      verifiedLevels: ['FAILED'],
      'https://slipway.dev/decision/v1': { reasons: ['FROZEN'] },
    });
  });

  it('has the same bytes each time it is signed', () => {
    expect(sign(verificationSummary(decision))).toEqual(sign(verificationSummary({ ...decision })));
  });
});

describe('checkSummary', () => {
  const summary = verificationSummary(decision);
  const withPredicate = (more: object): SummaryStatement => ({ ...summary, predicate: { ...summary.predicate, ...more } });

  it('gives the summary and the keys that counted', () => {
    expect(check(sign(summary))).toEqual({ keys: [admission.id], summary });
  });

  it.each<[string, Uint8Array, string]>([
    ['of another snapshot', sign(verificationSummary({ ...decision, snapshot: digest('c') })), 'PROVENANCE_DIGEST_MISMATCH'],
    ['by another verifier', sign(withPredicate({ verifier: { id: 'https://example.com/me' } })), 'PROVENANCE_BUILDER_MISMATCH'],
    ['with a result of another kind', sign(withPredicate({ verificationResult: 'passed' })), 'PROVENANCE_MALFORMED'],
    ['that is a provenance, signed by the same key', signed([admission]), 'PROVENANCE_MALFORMED'],
  ])('refuses one %s', (_, bytes, code) => {
    expect(codes(check(bytes))).toEqual([code]);
  });

  it('refuses one that another key signed', () => {
    expect(codes(check(sign(summary), keyPair()))).toEqual(['PROVENANCE_KEY_UNTRUSTED']);
  });
});

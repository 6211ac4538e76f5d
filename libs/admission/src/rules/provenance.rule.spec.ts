import { provenanceRule } from './provenance.rule.js';

const digest = 'sha256:9f';

describe('the provenance gate', () => {
  it('passes where the admission lists no trust', () => {
    expect(provenanceRule({ finding: null }).outcome).toBe('pass');
  });

  it('passes when nothing is wrong', () => {
    expect(provenanceRule({ finding: { digest, keys: ['sha256:aa'], reasons: [] } }).outcome).toBe('pass');
  });

  it('denies with all that is wrong', () => {
    const reasons = [
      { code: 'PROVENANCE_SOURCE_MISMATCH', message: 'from elsewhere' },
      { code: 'PROVENANCE_DIGEST_MISMATCH', message: 'something else' },
    ];
    expect(provenanceRule({ finding: { digest, keys: ['sha256:aa'], reasons } })).toEqual({ outcome: 'deny', reasons });
  });

  it('waits while it can not be read', () => {
    expect(provenanceRule({ finding: { unreadable: 'disk' } })).toMatchObject({ outcome: 'wait', reasons: [{ code: 'PROVENANCE_NOT_READ' }] });
  });
});

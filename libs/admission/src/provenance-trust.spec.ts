import { validated } from '@slipway/kernel';
import { STAGING } from './admission.fixtures.js';
import { VerificationTrust } from './provenance-trust.js';
import { WriteReleasePlanAdmission } from './release-plan-admission.commands.js';

const trust = { builders: ['https://slipway.dev/builders/build/v1'], keys: [{ publicKey: 'MCow' }] };
const write = (more: object) => ({ admission: 'sre/web', origin: 'shop', applications: ['web'], environments: [STAGING], trust: { ...trust, ...more } });
const placesOf = (act: () => unknown): string[] => {
  try {
    act();
  } catch (error) {
    return (error as { reasons: { at: string }[] }).reasons.map(({ at }) => at);
  }
  return [];
};

describe('the trust of an admission', () => {
  it.each([
    {},
    { threshold: 2, repositories: ['git@example.com:shop/web.git'] },
    { keys: [{ publicKey: 'MCow', id: `sha256:${'a'.repeat(64)}`, notBefore: '2026-01-01T00:00:00Z', notAfter: '2027-01-01T00:00:00Z', revoked: '2026-06-01T00:00:00Z' }] },
  ])('may say %j', (more) => {
    expect(placesOf(() => validated(WriteReleasePlanAdmission, write(more)))).toEqual([]);
  });

  it.each<[object, string]>([
    [{ keys: [] }, 'trust.keys'],
    [{ builders: [] }, 'trust.builders'],
    [{ threshold: 0 }, 'trust.threshold'],
    [{ repositories: [] }, 'trust.repositories'],
    [{ tresholds: 2 }, 'trust.tresholds'],
    [{ keys: [{ publicKey: 'MCow', revoke: true }] }, 'trust.keys.0.revoke'],
    [{ keys: [{ publicKey: 'MCow', revoked: true }] }, 'trust.keys.0.revoked'],
    [{ keys: [{ publicKey: 'MCow', id: `SHA256:${'A'.repeat(64)}` }] }, 'trust.keys.0.id'],
    [{ keys: ['MCow'] }, 'trust.keys.0'],
  ])('may not say %j', (more, at) => {
    expect(placesOf(() => validated(WriteReleasePlanAdmission, write(more)))).toContainEqual(expect.stringContaining(at));
  });

  it('is the same for a verifier, who also says whose decisions count', () => {
    expect(placesOf(() => validated(VerificationTrust, { ...trust, decisions: { keys: trust.keys } }))).toEqual([]);
    expect(placesOf(() => validated(VerificationTrust, trust))).toContain('decisions');
  });
});

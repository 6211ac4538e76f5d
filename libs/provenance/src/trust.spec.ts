import { keyPair } from './attestation.fixtures.js';
import { keyTrustFrom, provenanceTrustFrom } from './trust.js';

const one = keyPair();
const two = keyPair();
const reasonsOf = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return (error as { reasons: { at: string }[] }).reasons.map(({ at }) => at);
  }
};

it('takes keys as PEM or SPKI, and one of them to be enough', () => {
  const spki = two.publicPem.replace(/-----[A-Z ]+-----|\n/g, '');
  const trust = provenanceTrustFrom({ builders: ['b'], keys: [{ publicKey: one.publicPem, id: one.id, notAfter: '2027-01-01T00:00:00Z' }, { publicKey: spki }] });
  expect(trust).toMatchObject({ threshold: 1, builders: ['b'], keys: [{ id: one.id, notAfter: '2027-01-01T00:00:00Z' }, { id: two.id }] });
  expect(trust.repositories).toBeUndefined();
});

it('names every key that is not what it should be', () => {
  const keys = [{ publicKey: 'hello' }, { publicKey: one.publicPem }, { publicKey: one.publicPem, id: two.id }, { publicKey: one.privatePem }];
  expect(reasonsOf(() => keyTrustFrom({ keys }))).toEqual(['trust.keys.0', 'trust.keys.2', 'trust.keys.3']);
});

it('refuses a threshold that its keys can never meet: one key, listed twice, is one', () => {
  const keys = [{ publicKey: one.publicPem }, { publicKey: one.publicPem }];
  expect(reasonsOf(() => keyTrustFrom({ keys, threshold: 2 }))).toEqual(['trust.threshold']);
});

import { generateKeyPairSync } from 'node:crypto';
import type { BuiltThing, ProvenanceTrust } from './check-provenance.js';
import { publicKeyFrom, signerFrom } from './ed25519.js';
import { signEnvelope, type Signer } from './envelope.js';
import { type ProvenanceInput, slsaProvenance } from './slsa-provenance.js';
import { PAYLOAD_TYPE } from './statement.js';
import type { TrustedKey } from './verify-envelope.js';

// A build service with a key, what it built, and an admission that trusts it.

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
export const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

export const NOW = '2026-03-02T12:00:00.000Z';

export interface Pair extends Signer {
  readonly trusted: TrustedKey;
  readonly publicPem: string;
  readonly privatePem: string;
}

export function keyPair(): Pair {
  const privatePem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const signer = signerFrom(privatePem);
  return { ...signer, privatePem, trusted: publicKeyFrom(signer.publicPem) };
}

export const input: ProvenanceInput = {
  application: 'shop/checkout',
  candidate: '1.8.0-rc2',
  repository: 'https://bot:s3cret@example.com/shop/checkout.git',
  commit: 'c'.repeat(40),
  components: [{ name: 'web', recipe: { command: ['make'], outputs: ['dist'] }, digest: digest('a') }],
  snapshot: digest('b'),
  builderId: 'https://slipway.dev/builders/build-1',
  invocationId: 'shop/checkout/1.8.0-rc2/1',
  startedAt: '2025-01-01T10:00:00.000Z',
  finishedAt: '2025-01-01T10:01:00.000Z',
};

export const thing: BuiltThing = {
  application: input.application,
  candidate: input.candidate,
  commit: input.commit,
  digest: input.snapshot,
  components: input.components,
};

export const signed = (signers: readonly Signer[], more: Partial<ProvenanceInput> = {}): Uint8Array => signEnvelope(PAYLOAD_TYPE, slsaProvenance({ ...input, ...more }), signers);

export const trustIn = (keys: readonly TrustedKey[], more: Partial<ProvenanceTrust> = {}): ProvenanceTrust => ({ keys, threshold: 1, builders: [input.builderId], ...more });

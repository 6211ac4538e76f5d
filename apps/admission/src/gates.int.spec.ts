import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PolicyGate, ReviewEvent } from '@slipway/admission';
import { ArtifactStore } from '@slipway/artifact-store';
import { type ProvenanceInput, publicFileOf, signEnvelope, type Signer, signingKeyOf, slsaProvenance } from '@slipway/provenance';
import { Exceptions } from './exceptions.js';
import { Freezes } from './freezes.js';
import { Reviews } from './reviews.js';
import { callBy, eventually, Service } from './service.fixtures.js';
import { admit, BOB, CAROL, DAVE, deploy, environment, RELEASE, request, rollBack, rollbackReview, snapshot, STAGING, target } from './story.fixtures.js';

let service: Service;
beforeEach(async () => {
  service = await Service.start({ reviewSeconds: 0.05 });
});
afterEach(() => service.stop());

const declare = (more: { until?: string; holdsRollbacks?: boolean } = {}) =>
  service.get(Freezes).declare({ freeze: 'sre/fair', environments: ['staging', 'production'], reason: 'fair', ...more }, callBy(CAROL));
const policy = (expression: string, otherwise: 'deny' | 'wait' = 'deny'): PolicyGate => ({
  type: 'policy',
  name: 'house',
  rules: [{ code: 'HOUSE_RULE', expression, message: 'not so', otherwise }],
});
const heldFor = (code: string) => service.reviewHas(RELEASE, 'ReviewHeld', ({ reasons }) => reasons.some((reason) => reason.code === code));
const holds = async () => (await service.review(RELEASE)).filter(({ type }) => type === 'ReviewHeld').length;

describe('a freeze', () => {
  it('holds a release until it is lifted', async () => {
    await declare();
    await admit(service);
    await request(service);
    await heldFor('FROZEN');
    await service.get(Freezes).lift({ freeze: 'sre/fair', reason: 'over' }, callBy(CAROL));
    await service.reviewHas(RELEASE, 'ReviewAdmitted');
  });

  it('ends by itself, and the clock sees it; the reason was written once', async () => {
    await declare({ until: new Date(Date.now() + 600).toISOString() });
    await admit(service);
    await request(service);
    await heldFor('FROZEN');
    await service.reviewHas(RELEASE, 'ReviewAdmitted');
    expect(await holds()).toBe(1);
    // No event woke it up: it is still done for whoever asked for the release.
    const admitted = (await service.read(`review-${RELEASE}`)).find(({ type }) => type === 'ReviewAdmitted');
    expect(admitted?.metadata).toMatchObject({ actor: 'service:admission', onBehalfOf: 'person:alice' });
  });

  it('is passed with an exception that somebody else answers for', async () => {
    await declare();
    await admit(service);
    await request(service);
    await heldFor('FROZEN');
    const grant = { exception: 'sre/let-it-in', release: RELEASE, environment: 'staging', gate: 'freeze' as const, reason: 'outage' };
    await expect(service.get(Exceptions).grant(grant, callBy(BOB))).rejects.toMatchObject({ code: 'EXCEPTION_BY_AUTHOR' });
    await expect(service.get(Exceptions).grant({ ...grant, release: 'shop/none' }, callBy(DAVE))).rejects.toMatchObject({ code: 'REVIEW_NOT_FOUND' });
    await service.get(Exceptions).grant(grant, callBy(DAVE));
    expect((await service.reviewHas(RELEASE, 'ReviewAdmitted')).gates).toEqual([{ gate: 'freeze', outcome: 'excepted', exception: 'sre/let-it-in' }]);
  });
});

describe('a soak', () => {
  it('is waited for by the clock', async () => {
    await admit(service, { environments: [STAGING, environment('production', { gates: [{ type: 'upstream-verified', soakMinutes: 1 }] })] });
    await request(service);
    await deploy(service, await service.reviewHas(RELEASE, 'ReviewAdmitted'));
    await heldFor('SOAKING');
    await sleep(200);
    expect(await holds()).toBe(1);
  });
});

describe('an environment that was rolled back', () => {
  it('keeps the release that it was rolled back from out of the next one', async () => {
    await admit(service, { environments: [STAGING, environment('production', { gates: [{ type: 'upstream-verified' }, { type: 'approval', count: 1 }] })] });
    await request(service);
    await deploy(service, await service.reviewHas(RELEASE, 'ReviewAdmitted'));
    await rollBack(service, { target: target('staging'), environment: 'staging', deployment: 'staging-2', release: 'shop/web-1.7.0-rc1-zz9zz' });
    await service.get(Reviews).approve({ release: RELEASE, environment: 'production' }, callBy(CAROL));
    await heldFor('ROLLED_BACK_UPSTREAM');
  });
});

describe('a manual promotion', () => {
  it('waits for somebody', async () => {
    await admit(service, { environments: [STAGING, environment('production', { promotion: 'manual' })] });
    await request(service);
    await deploy(service, await service.reviewHas(RELEASE, 'ReviewAdmitted'));
    await heldFor('PROMOTION_MANUAL');
    await service.get(Reviews).promote({ release: RELEASE, environment: 'production' }, callBy(DAVE));
    await service.reviewHas(RELEASE, 'ReviewAdmitted', (data) => data.environment === 'production');
  });
});

describe('a policy', () => {
  it('denies with its code', async () => {
    await admit(service, { environments: [environment('staging', { gates: [policy('snapshot.commit == "other"')] })] });
    await request(service);
    expect(await service.reviewHas(RELEASE, 'ReviewDenied')).toMatchObject({ environment: 'staging', reasons: [{ code: 'HOUSE_RULE', message: 'not so', at: 'policy/house' }] });
  });

  it('reads the provenance from the artifact store, and waits while it is not there', async () => {
    const bytes = new TextEncoder().encode(JSON.stringify({ predicate: { builder: 'slipway' } }));
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    await admit(service, { environments: [environment('staging', { gates: [policy('provenance.predicate.builder == "slipway"')] })] });
    await request(service, { snapshot: { ...snapshot, provenance: digest } });
    await heldFor('PROVENANCE_NOT_READ');
    await (await ArtifactStore.open(join(service.root, 'artifacts'))).putBytes(bytes, 'application/vnd.in-toto+json');
    await service.reviewHas(RELEASE, 'ReviewAdmitted');
  });
});

describe('an admission that lists trust', () => {
  const BUILDER = 'https://slipway.dev/builders/build/v1';
  const built = {
    ...snapshot,
    commit: 'c'.repeat(40),
    components: [{ name: 'api', digest: `sha256:${'a1'.repeat(32)}`, artifacts: [] }],
  };
  let signer: Signer;
  let publicKey: string;
  beforeEach(() => {
    signer = signingKeyOf('build', { SLIPWAY_DATA: service.root });
    publicKey = readFileSync(publicFileOf(join(service.root, 'keys/build.ed25519.pem')), 'utf8');
  });

  const trusting = (more: object = {}) => admit(service, { trust: { builders: [BUILDER], keys: [{ publicKey }], repositories: ['https://example.com/web'], ...more } });
  const statement = (more: Partial<ProvenanceInput> = {}) =>
    slsaProvenance({
      application: built.application,
      candidate: built.candidate,
      commit: built.commit,
      repository: 'https://example.com/web.git',
      components: [{ name: 'api', recipe: {}, digest: built.components[0]!.digest }],
      snapshot: built.digest,
      builderId: BUILDER,
      invocationId: 'build-shop/web/1.8.0-rc1#1',
      startedAt: '2026-01-01T00:00:00.000Z',
      finishedAt: '2026-01-01T00:01:00.000Z',
      ...more,
    });
  const store = async (bytes: Uint8Array) => (await (await ArtifactStore.open(join(service.root, 'artifacts'))).putBytes(bytes, 'application/vnd.dsse.envelope.v1+json')).digest;
  const sign = (more?: Partial<ProvenanceInput>) => signEnvelope('application/vnd.in-toto+json', statement(more), [signer]);
  const requestWith = async (bytes: Uint8Array) => request(service, { snapshot: { ...built, provenance: await store(bytes) } });

  it('admits what a trusted key vouches for, and pins it', async () => {
    await trusting();
    await requestWith(sign());
    const { gates, pins, snapshot: admitted } = await service.reviewHas(RELEASE, 'ReviewAdmitted');
    expect(gates).toContainEqual({ gate: 'provenance', outcome: 'passed' });
    expect(pins.provenance).toEqual({ digest: admitted.provenance, keys: [signer.id] });
  });

  it.each<[string, string[], Partial<ProvenanceInput>]>([
    ['another source', ['PROVENANCE_SOURCE_MISMATCH'], { repository: 'https://example.com/fork' }],
    ['another commit and other bytes', ['PROVENANCE_COMMIT_MISMATCH', 'PROVENANCE_DIGEST_MISMATCH'], { commit: 'd'.repeat(40), snapshot: `sha256:${'5b'.repeat(32)}` }],
    ['another builder', ['PROVENANCE_BUILDER_MISMATCH'], { builderId: 'https://example.com/laptop' }],
  ])('denies a provenance of %s', async (_, expected, more) => {
    await trusting();
    await requestWith(sign(more));
    const { reasons, pins } = await service.reviewHas(RELEASE, 'ReviewDenied');
    expect(reasons.map(({ code }) => code)).toEqual(expected);
    expect(pins.provenance?.keys).toEqual([signer.id]);
  });

  it('denies what is not signed', async () => {
    await trusting();
    await requestWith(new TextEncoder().encode(JSON.stringify(statement())));
    expect(await service.reviewHas(RELEASE, 'ReviewDenied')).toMatchObject({ reasons: [{ code: 'PROVENANCE_UNSIGNED', at: 'provenance' }], pins: { provenance: { keys: [] } } });
  });

  it('denies what was signed with a key that is revoked today', async () => {
    await trusting({ keys: [{ publicKey, revoked: '2026-02-01T00:00:00Z' }] });
    await requestWith(sign());
    expect((await service.reviewHas(RELEASE, 'ReviewDenied')).reasons.map(({ code }) => code)).toEqual(['PROVENANCE_KEY_REVOKED', 'PROVENANCE_KEY_UNTRUSTED']);
  });

  it('waits while the provenance is not there', async () => {
    await trusting();
    await request(service);
    await heldFor('PROVENANCE_NOT_READ');
  });

  it('is refused with keys that are none, or too few', async () => {
    await expect(trusting({ keys: [{ publicKey: 'hello' }] })).rejects.toMatchObject({ code: 'TRUST_INVALID', reasons: [{ at: 'trust.keys.0' }] });
    await expect(trusting({ threshold: 2 })).rejects.toMatchObject({ code: 'TRUST_INVALID', reasons: [{ at: 'trust.threshold' }] });
  });

  it('lets policies ask the signed statement', async () => {
    await admit(service, { environments: [environment('staging', { gates: [policy(`provenance.predicate.runDetails.builder.id == "${BUILDER}"`)] })] });
    await requestWith(sign());
    await service.reviewHas(RELEASE, 'ReviewAdmitted');
  });
});

describe('a rollback', () => {
  const rollbackEnds = (type: ReviewEvent['type']) => eventually(async () => (await service.read(rollbackReview)).find((event) => event.type === type));

  it('is admitted in a freeze with its own steps, at the admission of today', async () => {
    await admit(service);
    await admit(service, { environments: [STAGING, environment('production', { promotion: 'manual', gates: [{ type: 'approval', count: 3 }] })] });
    await declare();
    await rollBack(service);
    expect((await rollbackEnds('ReviewAdmitted')).data).toMatchObject({
      subject: { kind: 'rollback', deployment: 'production-7' },
      environment: 'production',
      steps: [{ name: 'of-then' }],
      pins: { admissionRevision: 1, planRevision: 0 },
    });
  });

  it('waits for a freeze that holds rollbacks', async () => {
    await admit(service);
    await declare({ holdsRollbacks: true });
    await rollBack(service);
    expect((await rollbackEnds('ReviewHeld')).data).toMatchObject({ reasons: [{ code: 'FROZEN' }] });
    await service.get(Freezes).lift({ freeze: 'sre/fair', reason: 'over' }, callBy(CAROL));
    await rollbackEnds('ReviewAdmitted');
  });

  it('is denied by the policy of today', async () => {
    await admit(service, { environments: [environment('production', { gates: [policy('release.kind != "rollback"')] })] });
    await rollBack(service);
    expect((await rollbackEnds('ReviewDenied')).data).toMatchObject({ reasons: [{ code: 'HOUSE_RULE' }] });
  });
});

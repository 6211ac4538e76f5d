import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReviewAdmitted } from '@slipway/admission';
import { ArtifactStore } from '@slipway/artifact-store';
import type { RecordedEvent } from '@slipway/event-store';
import { checkSummary, keyTrustFrom, SUMMARY_PREDICATE_TYPE } from '@slipway/provenance';
import { eventually, Service } from './service.fixtures.js';
import { admit, environment, RELEASE, request, snapshot, STAGING, target } from './story.fixtures.js';
import { WhenReviewDecided } from './when-review-decided.reactor.js';

let service: Service;
let store: ArtifactStore;
let digest: string;
beforeEach(async () => {
  service = await Service.start();
  store = await ArtifactStore.open(join(service.root, 'artifacts'));
  digest = (await store.putSnapshot({ reference: 'shop/web:1.8.0-rc1.1', components: [] })).digest;
});
afterEach(() => service.stop());

const envelopes = async () => (await store.attachments(digest, 'application/vnd.in-toto+json')).filter(({ predicateType }) => predicateType === SUMMARY_PREDICATE_TYPE);
const attested = async (event: { id: string }) =>
  eventually(async () => {
    const trust = keyTrustFrom({ keys: [{ publicKey: readFileSync(join(service.root, 'data/keys/admission.ed25519.pub.pem'), 'utf8') }] });
    for (const { blob } of await envelopes()) {
      const found = checkSummary(await store.readBytes(blob.digest), trust, digest, new Date().toISOString());
      if ('summary' in found && JSON.stringify(found.summary).includes(event.id)) return found.summary.predicate;
    }
    return undefined;
  });
const decided = (type: 'ReviewAdmitted' | 'ReviewDenied') => eventually(async () => (await service.read(`review-${RELEASE}`)).find((event) => event.type === type));

it('signs what was admitted, with its time and where', async () => {
  await admit(service, { environments: [STAGING] });
  await request(service, { snapshot: { ...snapshot, digest } });
  const event = await decided('ReviewAdmitted');
  expect(await attested(event)).toMatchObject({ verificationResult: 'PASSED', timeVerified: event.recordedAt, resourceUri: `slipway:target/${target('staging')}` });
});

it('signs what was denied, with its codes', async () => {
  const rule = { code: 'HOUSE_RULE', expression: 'false', message: 'not so' };
  await admit(service, { environments: [environment('staging', { gates: [{ type: 'policy', name: 'house', rules: [rule] }] })] });
  await request(service, { snapshot: { ...snapshot, digest } });
  expect(await attested(await decided('ReviewDenied'))).toMatchObject({ verificationResult: 'FAILED', verifiedLevels: ['FAILED'], 'https://slipway.dev/decision/v1': { reasons: ['HOUSE_RULE'] } });
});

it('signs the same bytes again when the event comes again', async () => {
  await admit(service, { environments: [STAGING] });
  await request(service, { snapshot: { ...snapshot, digest } });
  const event = await decided('ReviewAdmitted');
  await attested(event);
  const before = await envelopes();
  await service.get(WhenReviewDecided).handle(event as RecordedEvent<ReviewAdmitted>);
  expect(await envelopes()).toEqual(before);
});

it('goes on when there is no snapshot to attach a decision to', async () => {
  await admit(service, { environments: [STAGING] });
  await request(service);
  await decided('ReviewAdmitted');
  await service.settled();
  expect(await envelopes()).toEqual([]);
});

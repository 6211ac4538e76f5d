import { releasePlanAdmissionStream } from '@slipway/admission';
import { digestOf } from '@slipway/event-store';
import { Reviews } from './reviews.js';
import { callBy, eventually, Service } from './service.fixtures.js';
import { admit, ALICE, cancelled, CAROL, DAVE, deploy, environment, failed, PLAN, PRODUCTION, RELEASE, request, snapshot, STAGING, writePlan } from './story.fixtures.js';

let service: Service;
beforeEach(async () => {
  service = await Service.start();
});
afterEach(() => service.stop());

const types = async () => (await service.review(RELEASE)).map(({ type }) => type);
const approve = (actor: string) => service.get(Reviews).approve({ release: RELEASE, environment: 'production' }, callBy(actor));
const matches = async () => (await service.read(releasePlanAdmissionStream('sre/web'))).filter(({ type }) => type !== 'ReleasePlanAdmissionWritten');

describe('a release', () => {
  it('goes from its request through every environment, each step pinned', async () => {
    await writePlan(service);
    await admit(service);
    await request(service);
    await deploy(service, await service.reviewHas(RELEASE, 'ReviewAdmitted'));
    await service.reviewHas(RELEASE, 'ReviewHeld', ({ reasons }) => reasons[0]?.code === 'APPROVAL_MISSING');
    await approve(CAROL);
    await approve(DAVE);
    const admitted = await service.reviewHas(RELEASE, 'ReviewAdmitted', (data) => data.environment === 'production');
    expect(admitted).toMatchObject({
      final: true,
      approvedBy: [CAROL, DAVE],
      steps: PRODUCTION.steps,
      pins: {
        plan: PLAN,
        planRevision: 0,
        admission: 'sre/web',
        admissionRevision: 0,
        policyDigest: digestOf([]),
        snapshotDigest: snapshot.digest,
        stepsDigest: digestOf(PRODUCTION.steps),
      },
    });
    await deploy(service, admitted);
    expect(await service.reviewHas(RELEASE, 'ReviewClosed')).toMatchObject({ reason: 'complete' });
    expect((await service.reviewHas(RELEASE, 'EnvironmentVerified')).deployment).toEqual({ stream: 'target-sre/production/shop/web', revision: 0 });
  });

  it('keeps the correlation of its request, whoever wakes the review', async () => {
    await admit(service);
    await request(service);
    await deploy(service, await service.reviewHas(RELEASE, 'ReviewAdmitted'));
    await service.reviewHas(RELEASE, 'ReviewHeld');
    const [first, ...others] = await service.read(`review-${RELEASE}`);
    const held = others.find(({ type }) => type === 'ReviewHeld');
    expect(held?.metadata).toMatchObject({ $correlationId: first?.metadata.$correlationId, actor: 'service:admission' });
  });

  it('waits for its admission, and goes on when it is written', async () => {
    await request(service);
    expect((await service.reviewHas(RELEASE, 'MatchAwaited')).reasons).toMatchObject([{ code: 'NO_ADMISSION' }]);
    await admit(service);
    await service.reviewHas(RELEASE, 'ReviewAdmitted');
  });

  it('waits while two admissions answer, and goes on when one no longer does', async () => {
    await admit(service);
    await admit(service, { admission: 'sre/all' });
    await request(service);
    expect((await service.reviewHas(RELEASE, 'MatchAwaited')).reasons).toMatchObject([{ code: 'AMBIGUOUS_ADMISSION' }]);
    await admit(service, { admission: 'sre/all', applications: ['api'] });
    expect(await service.reviewHas(RELEASE, 'ReleaseMatched')).toMatchObject({ admission: 'sre/web' });
  });

  it('is held by a consent that was taken back on its way', async () => {
    await admit(service);
    await request(service);
    const admitted = await service.reviewHas(RELEASE, 'ReviewAdmitted');
    await admit(service, { applications: ['api'] });
    await deploy(service, admitted);
    await service.reviewHas(RELEASE, 'MatchAwaited');
    await service.settled();
    expect((await types()).at(-1)).toBe('MatchAwaited');
    await admit(service, { environments: [STAGING, environment('production')] });
    expect(await service.reviewHas(RELEASE, 'ReviewAdmitted', (data) => data.environment === 'production')).toMatchObject({ pins: { admissionRevision: 2 } });
  });

  it('is denied by a person, with the pins of what was denied', async () => {
    await admit(service);
    await request(service);
    await service.reviewHas(RELEASE, 'ReleaseMatched');
    await service.get(Reviews).reject({ release: RELEASE, environment: 'production', reason: 'no' }, callBy(CAROL));
    expect(await service.reviewHas(RELEASE, 'ReviewDenied')).toMatchObject({ reasons: [{ code: 'REJECTED' }], by: CAROL, pins: { stepsDigest: digestOf(PRODUCTION.steps) } });
    expect((await types()).at(-1)).toBe('ReviewClosed');
  });

  it('cannot be approved before it has a review, nor by its author', async () => {
    await expect(approve(CAROL)).rejects.toMatchObject({ code: 'REVIEW_NOT_FOUND', message: expect.stringContaining('try again') as string });
    await admit(service);
    await request(service);
    await service.reviewHas(RELEASE, 'ReleaseMatched');
    await expect(approve(ALICE)).rejects.toMatchObject({ code: 'APPROVER_IS_AUTHOR' });
  });

  it.each([
    ['cancelled', cancelled],
    ['failed', failed],
  ])('that was %s is closed, and nothing is admitted any more', async (reason, end) => {
    await request(service);
    await service.reviewHas(RELEASE, 'MatchAwaited');
    await service.happens(`release-${RELEASE}`, end);
    expect(await service.reviewHas(RELEASE, 'ReviewClosed')).toMatchObject({ reason });
    await admit(service);
    await service.settled();
    expect(await types()).toEqual(['ReviewOpened', 'MatchAwaited', 'ReviewClosed']);
  });

  it('that was cancelled before its review opened is never admitted', async () => {
    await admit(service);
    await service.stop();
    await request(service);
    await service.happens(`release-${RELEASE}`, cancelled);
    service = await Service.start({ store: service.store });
    await service.reviewHas(RELEASE, 'ReviewClosed');
    await service.settled();
    expect(await types()).toEqual(['ReviewOpened', 'ReviewClosed']);
  });
});

describe('matches of plans and admissions', () => {
  it('are recorded with both revisions, whichever half comes first', async () => {
    await writePlan(service);
    await admit(service);
    const [first] = await eventually(async () => ((await matches()).length > 0 ? matches() : undefined));
    expect(first).toMatchObject({ type: 'ReleasePlanMatched', data: { plan: PLAN, planRevision: 0, admissionRevision: 0 } });
    await writePlan(service, { admission: 'web' });
    await eventually(async () => ((await matches()).length > 1 ? true : undefined));
    expect((await matches()).at(-1)?.data).toMatchObject({ planRevision: 1, admissionRevision: 0 });
  });

  it('end when the plan goes elsewhere', async () => {
    await admit(service);
    await writePlan(service);
    await eventually(async () => ((await matches()).length > 0 ? true : undefined));
    await service.settled();
    await writePlan(service, { target: 'ops' });
    await eventually(async () => ((await matches()).at(-1)?.type === 'ReleasePlanUnmatched' ? true : undefined));
  });
});

import { releasePlanAdmissionStream } from '@slipway/admission';
import { Freezes } from './freezes.js';
import { Reviews } from './reviews.js';
import { callBy, eventually, Service, type ServiceOptions } from './service.fixtures.js';
import { admit, CAROL, DAVE, deploy, RELEASE, request, rollBack, rollbackReview, writePlan } from './story.fixtures.js';
import { UnrulyEventStore } from './unruly-event-store.fixtures.js';

const running: Service[] = [];
afterEach(async () => {
  for (const service of running.splice(0)) await service.stop();
});

async function start(options?: ServiceOptions): Promise<Service> {
  const service = await Service.start(options);
  running.push(service);
  return service;
}

/** All that can happen to a release, as soon as it can. */
async function story(service: Service): Promise<void> {
  await Promise.all([writePlan(service), request(service), admit(service), rollBack(service)]);
  await service.get(Freezes).declare({ freeze: 'sre/fair', environments: ['production'], reason: 'fair' }, callBy(CAROL));
  await deploy(service, await service.reviewHas(RELEASE, 'ReviewAdmitted'));
  const approve = (actor: string) => service.get(Reviews).approve({ release: RELEASE, environment: 'production' }, callBy(actor));
  for (const actor of [CAROL, DAVE, DAVE]) await approve(actor);
  await service.reviewHas(RELEASE, 'ReviewHeld', ({ reasons }) => reasons.every(({ code }) => code === 'FROZEN'));
  await service.get(Freezes).lift({ freeze: 'sre/fair', reason: 'over' }, callBy(CAROL));
  await deploy(service, await service.reviewHas(RELEASE, 'ReviewAdmitted', ({ environment }) => environment === 'production'));
  await service.reviewHas(RELEASE, 'ReviewClosed');
  await eventually(async () => (await service.read(rollbackReview)).find(({ type }) => type === 'ReviewClosed'));
}

describe.each([1, 2, 3, 4])('with deliveries late, repeated, out of order and after crashes (seed %i)', (seed) => {
  it('the record is the one of a quiet day', async () => {
    const store = new UnrulyEventStore(seed);
    const service = await start({ store });
    await story(service);
    await service.settled(400);
    await store.calm();

    const decided = (await service.review(RELEASE)).map(({ type }) => type).filter((type) => type !== 'ReviewHeld' && type !== 'MatchAwaited');
    expect(decided.filter((type) => type === 'ApprovalGiven')).toHaveLength(2);
    expect(decided.filter((type) => type !== 'ApprovalGiven')).toEqual([
      'ReviewOpened',
      'ReleaseMatched',
      'EnvironmentEntered',
      'ReviewAdmitted',
      'EnvironmentVerified',
      'EnvironmentEntered',
      'ReviewAdmitted',
      'EnvironmentVerified',
      'ReviewClosed',
    ]);
    expect((await service.read(rollbackReview)).map(({ type }) => type)).toEqual(['ReviewOpened', 'ReviewAdmitted', 'ReviewClosed']);
    expect((await service.read(releasePlanAdmissionStream('sre/web'))).map(({ type }) => type)).toEqual(['ReleasePlanAdmissionWritten', 'ReleasePlanMatched']);
    expect(store.parked('admission-reactors')).toEqual([]);
  }, 30_000);
});

it('a second replica that hears the whole log again, late, changes nothing', async () => {
  const service = await start();
  await story(service);
  const before = await service.settled();
  const late = await start({ store: service.store, name: 'admission-again' });
  expect(await late.settled(400)).toEqual(before);
});

it('two replicas at once decide as one', async () => {
  const service = await start();
  // Another group: both hear every event, as if each were delivered to both.
  await start({ store: service.store, name: 'admission-twin' });
  await story(service);
  const types = (await service.settled()).map(({ stream, type }) => `${stream} ${type}`);
  for (const type of ['ReviewOpened', 'ReleaseMatched', 'ReviewClosed']) {
    expect(types.filter((each) => each === `review-${RELEASE} ${type}`)).toHaveLength(1);
  }
  expect(types.filter((each) => each === `review-${RELEASE} ReviewAdmitted`)).toHaveLength(2);
});

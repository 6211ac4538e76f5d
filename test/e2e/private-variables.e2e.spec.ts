import { setTimeout as sleep } from 'node:timers/promises';
import { WriteReleasePlanAdmission } from '@slipway/admission/contract';
import { fact } from '@slipway/demo';
import { type Grants, ROLES } from '@slipway/identity';
import { STREAMS } from '@slipway/kernel';
import { Bus, factSubjects, QUERIES, requestFor, routeOf } from '@slipway/messaging';
import { CutCandidate, RegisterApplication, RequestRelease, WriteReleasePlan } from '@slipway/planning/contract';
import { ListPlans, ListReleases, ShowCandidate } from '@slipway/query/contract';
import { askGateway, tokenFor } from './ask-gateway.js';
import { Rig } from './rig.js';

const application = 'shop/api';
const target = 'prod/live/shop/api';
const ENDED = ['completed', 'denied', 'failed', 'errored'];
const HOST = 'db.live.prod.internal';

describe('a variable that the managed workspace marks as private', () => {
  let rig: Rig;
  let developers: Bus;
  let release: string;
  const heard: { readonly subject: string; readonly text: string }[] = [];

  beforeAll(async () => {
    rig = await Rig.start('private');
    developers = await Bus.connect(rig.platform.busAddress('dev'), 'dev');
    for (const prefix of [...STREAMS.planning, ...STREAMS.build]) developers.connection.subscribe(factSubjects(prefix), { callback: (_error, message) => void heard.push({ subject: message.subject, text: message.string() }) });
    const repository = rig.repository('api', { 'a.txt': 'a\n' });
    const components = [{ name: 'a', recipe: { command: ['cp', 'a.txt', 'out.txt'], outputs: ['out.txt'] } }];
    await rig.operator.command('person:dev', RegisterApplication, { application, repository, components });
    await rig.operator.command('person:dev', WriteReleasePlan, { plan: application, application, target: 'prod' });
    await admit('true');
    await rig.operator.command('person:dev', CutCandidate, { application });
    await rig.operator.until(ShowCandidate, { application, candidate: '0.1.0-rc1' }, (seen) => seen?.build === 'succeeded');
    await released('completed');
    await admit('echo "no answer from $DB_HOST" >&2; exit 7');
    release = await released('failed');
  }, 90_000);

  afterAll(async () => {
    await developers.close();
    await rig.stop();
  }, 30_000);

  /** Admits the application with this script for its step. What fails is rolled back. */
  async function admit(script: string): Promise<void> {
    const step = { name: 'migrate', type: 'run' as const, command: ['sh', '-c', script], environment: { DB_HOST: 'db.${environment}.prod.internal' }, privateVariables: ['DB_HOST'] };
    const environments = [{ name: 'live', gates: [], steps: [step], onFailure: 'rollback' as const }];
    const { revision } = await rig.operator.command('person:sre', WriteReleasePlanAdmission, { admission: 'prod/api', origin: 'shop', applications: ['api'], environments });
    await rig.operator.until(ListPlans, {}, ([plan]) => plan?.matches[0]?.admissionRevision === revision);
  }

  /** Asks for a release and waits for its end. */
  async function released(end: string): Promise<string> {
    const asked = fact<{ release: string }>(await rig.operator.command('person:dev', RequestRelease, { plan: application, candidate: '0.1.0-rc1' }), 'ReleaseRequested');
    const [row] = await rig.operator.until(ListReleases, { release: asked.release }, ([seen]) => ENDED.includes(seen?.status ?? ''));
    expect(row?.status).toBe(end);
    return asked.release;
  }

  /** Everything that somebody with these rights can ask, over HTTP: query → answer. */
  async function told(grants: Grants): Promise<Map<string, string>> {
    const token = await tokenFor(rig.platform, 'person:asker', grants);
    const fields: Readonly<Record<string, object>> = { ShowCandidate: { application, candidate: '0.1.0-rc1' }, ReleaseTimeline: { release }, TargetHistory: { target }, AuditTrail: { release } };
    const answers = new Map<string, string>();
    for (const query of Object.values(QUERIES).flat()) {
      const request = { method: 'GET', ...requestFor(routeOf(query), (fields[query.name] ?? {}) as Record<string, unknown>) };
      answers.set(query.name, JSON.stringify((await askGateway(rig.platform, request, token)).value));
    }
    return answers;
  }

  it('is in no answer to the development team, which sees that the step failed and why', async () => {
    const answers = await told({ shop: ROLES });
    expect([...answers].filter(([, answer]) => answer.includes(HOST))).toEqual([]);
    for (const name of ['ListReleases', 'ReleaseTimeline', 'TargetHistory', 'EnvironmentMatrix', 'AuditTrail']) {
      expect([name, answers.get(name)]).toEqual([name, expect.stringContaining('no answer from [private]')]);
    }
    expect(answers.get('ReleaseTimeline')).toContain('Step migrate of live-2');
  });

  it('is in no fact that the development team follows on the bus', async () => {
    while (!heard.some(({ text }) => text.includes('no answer from [private]'))) await sleep(50);
    expect(heard.filter(({ text }) => text.includes(HOST))).toEqual([]);
    expect(heard.filter(({ subject }) => !subject.startsWith('slipway.v1.event.shop.'))).toEqual([]);
  }, 10_000);

  it('is told to a viewer of the managed team', async () => {
    const answers = await told({ prod: ['viewer'] });
    for (const name of ['ReleaseTimeline', 'TargetHistory', 'EnvironmentMatrix']) expect([name, answers.get(name)]).toEqual([name, expect.stringContaining(`no answer from ${HOST}`)]);
  });
});

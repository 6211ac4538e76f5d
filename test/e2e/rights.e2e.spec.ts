import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApproveRelease, WriteReleasePlanAdmission } from '@slipway/admission/contract';
import { fact } from '@slipway/demo';
import { type Action, ACTIONS, EVERYWHERE, readSigningKey, type Role, ROLES, signerFor, type SigningKey, type TableRule } from '@slipway/identity';
import { RebuildViews, rebuildSubject, SERVICES_WITH_VIEWS, subjectOf } from '@slipway/messaging';
import { CutCandidate, RegisterApplication, RequestRelease, WriteReleasePlan } from '@slipway/planning/contract';
import { assertionKeyFiles } from '@slipway/platform';
import { ListReleases, ShowCandidate } from '@slipway/query/contract';
import { Rig } from './rig.js';
import { type Answer, send, signed } from './send.js';

const TENANT = 'shop';
const MANAGED = 'prod';
/** Another team, which has nothing to do with either. */
const STRANGER = 'bank';
const PLACES = [TENANT, MANAGED, STRANGER, EVERYWHERE];

const application = `${TENANT}/api`;
const plan = { plan: application, application, target: MANAGED };
const admission = {
  admission: `${MANAGED}/api`,
  origin: TENANT,
  applications: ['api'],
  environments: [{ name: 'live', gates: [{ type: 'approval' as const, count: 9 }], steps: [{ name: 'echo', type: 'run' as const, command: ['echo', 'hello'] }] }],
};
const recipe = { command: ['cp', 'a.txt', 'out.txt'], outputs: ['out.txt'] };

/** Answers that say nothing about the right, because the message never came so far or the service failed. */
const BROKEN = ['INVALID_COMMAND', 'MALFORMED_MESSAGE', 'ASSERTION_MISSING', 'ASSERTION_INVALID', 'ASSERTION_REPLAYED', 'INTERNAL', 'UNAVAILABLE', 'TIMED_OUT'];

describe('every action, for every role, in the own, another and all workspaces', () => {
  let rig: Rig;
  let key: SigningKey;
  let release: string;

  beforeAll(async () => {
    rig = await Rig.start('rights');
    key = readSigningKey(readFileSync(assertionKeyFiles(join(rig.directory, 'platform')).privateFile, 'utf8'));
    const registered = { application, repository: rig.repository('api', { 'a.txt': 'a\n' }), components: [{ name: 'a', recipe }] };
    await rig.operator.command('person:dev', RegisterApplication, registered);
    await rig.operator.command('person:dev', WriteReleasePlan, plan);
    await rig.operator.command('person:sre', WriteReleasePlanAdmission, admission);
    await rig.operator.command('person:dev', CutCandidate, { application });
    await rig.operator.until(ShowCandidate, { application, candidate: '0.1.0-rc1' }, (seen) => seen?.build === 'succeeded');
    release = fact<{ release: string }>(await rig.operator.command('person:dev', RequestRelease, { plan: plan.plan, candidate: '0.1.0-rc1' }), 'ReleaseRequested').release;
    await rig.operator.until(ListReleases, { release }, ([row]) => row?.status === 'waiting');
  }, 60_000);

  afterAll(() => rig.stop(), 30_000);

  /** A message of each action about objects of `shop` and `prod`. What does not exist is refused for that, and so past the right. */
  const fieldsOf = (action: Action): object => {
    const target = `${MANAGED}/live/${application}`;
    const exception = { exception: `${MANAGED}/none`, reason: 'x' };
    const fields: Partial<Record<Action, object>> = {
      'application.register': { application, repository: join(rig.directory, 'api'), components: [{ name: 'a', recipe }] },
      'plan.write': plan,
      'candidate.cut': { application: `${TENANT}/none` },
      'candidate.cherry-pick': { application, candidate: '9.9.9-rc9', commits: ['main'] },
      'release.request': { plan: `${TENANT}/none`, candidate: '0.1.0-rc1' },
      'release.cancel': { release: `${TENANT}/none`, reason: 'x' },
      'admission.write': admission,
      'review.approve': { release, environment: 'live' },
      'review.reject': { release, environment: 'live', reason: 'x' },
      'review.promote': { release, environment: 'live' },
      'freeze.declare': { freeze: `${MANAGED}/other`, environments: ['other'], reason: 'x' },
      'freeze.lift': { freeze: `${MANAGED}/none`, reason: 'x' },
      'exception.grant': { ...exception, release: `${TENANT}/none`, environment: 'live', gate: 'freeze' },
      'exception.revoke': exception,
      'build.request': { application, candidate: '9.9.9-rc9' },
      'target.roll-back': { target, reason: 'x' },
      'hold.place': { target, reason: 'x' },
      'hold.lift': { target, reason: 'x' },
      'candidate.show': { application, candidate: '0.1.0-rc1' },
      'release.show': { release },
      'target.show': { target },
      'evidence.read': { release },
    };
    return fields[action] ?? {};
  };

  const ask = (subject: string, action: Action, role: Role, place: string): Promise<Answer> =>
    send(rig.bus.connection, signed(subject, fieldsOf(action), signerFor(key, { sub: `person:${role}`, grants: { [place]: [role] } })));

  it('a machine may hold the role, and still not approve', async () => {
    const machine = signerFor(key, { sub: 'machine:ci', grants: { [MANAGED]: ['approver'] } });
    const { code } = await send(rig.bus.connection, signed(subjectOf(ApproveRelease), { release, environment: 'live' }, machine));
    expect(code).toBe('APPROVER_NOT_A_PERSON');
  });

  it('the author of a change in it does not approve it', async () => {
    const author = signerFor(key, { sub: 'person:tess', emails: ['t@example.org'], grants: { [MANAGED]: ['approver'] } });
    const { code, value } = await send(rig.bus.connection, signed(subjectOf(ApproveRelease), { release, environment: 'live' }, author));
    expect(code).toBe('APPROVER_IS_AUTHOR');
    expect(value).toMatchObject({ detail: expect.stringContaining('wrote a change in it (as t@example.org)') as string });
  });

  it('is allowed or refused as the table says', async () => {
    const wrong: string[] = [];
    let cells = 0;
    for (const rule of ACTIONS) {
      for (const subject of subjectsOf(rule)) {
        for (const role of ROLES) {
          for (const place of PLACES) {
            cells += 1;
            const fault = faultOf(rule, role, place, await ask(subject, rule.action, role, place));
            if (fault) wrong.push(`${rule.action} as ${role} of ${place}: ${fault}`);
          }
        }
      }
    }
    process.stdout.write(`rights over the bus: ${cells} cells, ${wrong.length} wrong\n`);
    expect(wrong).toEqual([]);
    expect(cells).toBeGreaterThan(1_000);
  }, 240_000);
});

/** What is asked of the gateway alone has no subject. */
function subjectsOf({ message }: TableRule): readonly string[] {
  if (message === undefined) return [];
  return message === RebuildViews ? SERVICES_WITH_VIEWS.map(rebuildSubject) : [subjectOf(message)];
}

function faultOf(rule: TableRule, role: Role, place: string, { code, value }: Answer): string | undefined {
  if (code !== undefined && BROKEN.includes(code)) return `${code}: ${JSON.stringify(value)}`;
  const allowed = rule.roles.includes(role) && isInside(rule, place);
  if (allowed !== (code !== 'NOT_ALLOWED')) return `${allowed ? 'should be' : 'should not be'} allowed, but: ${code ?? 'done'}`;
  const { data } = value as { data?: unknown };
  if (rule.on === 'rows' && place === STRANGER && JSON.stringify(data) !== '[]') return `sees what is not its own: ${JSON.stringify(data)}`;
  const seenBySides: readonly string[] = ['application.list', 'plan.list', 'admission.list', 'candidate.list', 'release.list'];
  if (seenBySides.includes(rule.action) && place !== STRANGER && JSON.stringify(data) === '[]') return 'does not see its own';
  return undefined;
}

/** Written down a second time, and not taken from the code that decides. */
function isInside({ on, eitherSide }: TableRule, place: string): boolean {
  if (place === EVERYWHERE || on === 'rows') return true;
  if (on === 'platform' || place === STRANGER) return false;
  const owner = ['application', 'plan', 'release'].includes(on) ? TENANT : MANAGED;
  return place === owner || eitherSide === true;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApproveRelease, WriteReleasePlanAdmission } from '@slipway/admission/contract';
import { fact } from '@slipway/demo';
import { readSigningKey, ROLES, signerFor, type SigningKey } from '@slipway/identity';
import { filledIn, REBUILD_PATH, rebuildSubject, requestFor, routeOf, subjectOf } from '@slipway/messaging';
import { CutCandidate, RegisterApplication, RequestRelease, WriteReleasePlan } from '@slipway/planning/contract';
import { assertionKeyFiles } from '@slipway/platform';
import { ListReleases, ShowCandidate } from '@slipway/query/contract';
import { askGateway, type HttpRequest, tokenFor } from './ask-gateway.js';
import { admission, application, type Cell, cellsOf, components, faultOf, MANAGED, nameOf, PLACES, plan } from './rights-cells.js';
import { Rig } from './rig.js';
import { type Answer, send, signed } from './send.js';

describe('every action, for every role, in the own, another and all workspaces', () => {
  let rig: Rig;
  let key: SigningKey;
  let release: string;
  let cells: readonly Cell[];

  beforeAll(async () => {
    rig = await Rig.start('rights');
    key = readSigningKey(readFileSync(assertionKeyFiles(join(rig.directory, 'platform')).privateFile, 'utf8'));
    const repository = rig.repository('api', { 'a.txt': 'a\n' });
    await rig.operator.command('person:dev', RegisterApplication, { application, repository, components });
    await rig.operator.command('person:dev', WriteReleasePlan, plan);
    await rig.operator.command('person:sre', WriteReleasePlanAdmission, admission);
    await rig.operator.command('person:dev', CutCandidate, { application });
    await rig.operator.until(ShowCandidate, { application, candidate: '0.1.0-rc1' }, (seen) => seen?.build === 'succeeded');
    release = fact<{ release: string }>(await rig.operator.command('person:dev', RequestRelease, { plan: plan.plan, candidate: '0.1.0-rc1' }), 'ReleaseRequested').release;
    await rig.operator.until(ListReleases, { release }, ([row]) => row?.status === 'waiting');
    cells = cellsOf(repository, release);
  }, 60_000);

  afterAll(() => rig.stop(), 30_000);

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

  it('is allowed or refused over the bus as the table says', async () => {
    const asked = cells.filter(({ rule }) => rule.message !== undefined);
    const ask = (cell: Cell): Promise<Answer> => send(rig.bus.connection, signed(subjectFor(cell), cell.fields, signerFor(key, { sub: `person:${cell.role}`, grants: { [cell.place]: [cell.role] } })));
    expect(await wrongAmong(asked, ask, 'the bus')).toEqual([]);
    expect(asked.length).toBeGreaterThan(1_000);
  }, 240_000);

  it('is allowed or refused over HTTP as the table says, with tokens made there', async () => {
    const tokens = new Map<string, string>();
    for (const role of ROLES) for (const place of PLACES) tokens.set(`${role} of ${place}`, await tokenFor(rig.platform, `person:${role}`, { [place]: [role] }));
    const ask = (cell: Cell): Promise<Answer> => askGateway(rig.platform, requestOf(cell), tokens.get(`${cell.role} of ${cell.place}`)!);
    expect(await wrongAmong(cells, ask, 'HTTP')).toEqual([]);
    expect(cells.length).toBeGreaterThan(1_000);
  }, 240_000);
});

/** Asks one cell after the other, prints the figure, and tells what is wrong. */
async function wrongAmong(cells: readonly Cell[], ask: (cell: Cell) => Promise<Answer>, carrier: string): Promise<string[]> {
  const wrong: string[] = [];
  for (const cell of cells) {
    const fault = faultOf(cell, await ask(cell));
    if (fault) wrong.push(`${nameOf(cell)}: ${fault}`);
  }
  process.stdout.write(`rights over ${carrier}: ${cells.length} cells, ${wrong.length} wrong\n`);
  return wrong;
}

const subjectFor = ({ rule, service }: Cell): string => (service ? rebuildSubject(service) : subjectOf(rule.message!));

/** What is asked of the gateway alone is not in the map of routes. */
function requestOf({ rule, fields, service }: Cell): HttpRequest {
  if (rule.message === undefined) return { method: 'GET', path: '/tokens' };
  if (service) return { method: 'POST', path: filledIn(REBUILD_PATH, { service }) };
  const route = routeOf(rule.message);
  return { method: route.method, ...requestFor(route, fields as Readonly<Record<string, unknown>>) };
}

import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApproveRelease, WriteReleasePlanAdmission } from '@slipway/admission/contract';
import type { Recipe } from '@slipway/build/contract';
import { HEADERS, allSubjects, ERROR_HEADERS } from '@slipway/messaging';
import { fact } from '@slipway/demo';
import { CherryPick, CutCandidate, RegisterApplication, RequestRelease, WriteReleasePlan } from '@slipway/planning/contract';
import { ROOT } from '@slipway/platform';
import { AuditState, ListPlans, ListReleases, ShowCandidate, TargetHistory } from '@slipway/query/contract';
import { headers } from 'nats';
import { Rig } from './rig.js';

const DEV = 'person:dev';
const SRE = 'person:sre';
const PROCESSES = ['nats-server', 'event-store', 'planning', 'admission', 'build', 'deployment', 'query', 'audit'];

describe('bad input gets a code of its own, loses nothing, and ends no service', () => {
  let rig: Rig;
  let pids: (number | undefined)[];

  beforeAll(async () => {
    rig = await Rig.start('bad-input');
    pids = PROCESSES.map((name) => rig.platform.process(name).pid);
    await rig.operator.command(DEV, RegisterApplication, {
      application: 'acme/good',
      repository: rig.repository('good', { 'a.txt': 'a\n' }),
      components: [{ name: 'a', recipe: { command: ['cp', 'a.txt', 'out.txt'], outputs: ['out.txt'] } }],
    });
  }, 60_000);

  afterAll(async () => {
    await rig.stop();
  }, 30_000);

  afterEach(() => {
    expect(PROCESSES.map((name) => rig.platform.process(name).pid)).toEqual(pids);
  });

  it.each([...allSubjects().values()])('%s answers a message that is not JSON with MALFORMED_MESSAGE', async (subject) => {
    const head = headers();
    const message = { subject, commandId: randomUUID(), body: Buffer.from([0xff, 0xfe, 0x7b]) };
    head.set(HEADERS.commandId, message.commandId);
    head.set(HEADERS.assertion, rig.signer(message, DEV));
    const answer = await rig.bus.connection.request(subject, message.body, { timeout: 5_000, headers: head });
    expect(answer.headers?.get(ERROR_HEADERS.text)).toBe('MALFORMED_MESSAGE');
  });

  it('an unknown ref', async () => {
    expect(await rig.operator.refusal(DEV, CutCandidate, { application: 'acme/good', ref: 'no-such-branch' })).toBe('REF_NOT_FOUND');
  });

  it('an unknown application, plan, candidate', async () => {
    expect(await rig.operator.refusal(DEV, CutCandidate, { application: 'acme/none' })).toBe('APPLICATION_NOT_FOUND');
    expect(await rig.operator.refusal(DEV, RequestRelease, { plan: 'acme/none', candidate: '1.0.0-rc1' })).toBe('PLAN_NOT_FOUND');
    expect(await rig.operator.refusal(DEV, CherryPick, { application: 'acme/good', candidate: '9.9.9-rc9', commits: ['main'] })).toBe('CANDIDATE_NOT_FOUND');
  });

  it.each<[string, string, Partial<Recipe>]>([
    ['fails', 'RECIPE_FAILED', { command: ['sh', '-c', 'echo no; exit 3'] }],
    ['is not there', 'RECIPE_NOT_STARTED', { command: ['no-such-command'] }],
    ['times out', 'RECIPE_TIMED_OUT', { command: ['sleep', '60'], timeoutSeconds: 1 }],
    ['prints 100 MB', 'RECIPE_OUTPUT_LIMIT', { command: ['head', '-c', '104857600', '/dev/zero'] }],
    ['leaves children behind', 'RECIPE_LEFT_PROCESSES', { command: ['sh', '-c', 'cp a.txt out.txt; setsid sleep 60 >/dev/null 2>&1 & sleep 0.2'] }],
    ['does not make its output', 'OUTPUT_MISSING', { command: ['true'] }],
    ['names an output outside the checkout', 'PATH_OUTSIDE_CHECKOUT', { command: ['true'], outputs: ['../../etc/passwd'] }],
    ['links its output outside the checkout', 'PATH_OUTSIDE_CHECKOUT', { command: ['ln', '-s', '/etc/passwd', 'out.txt'] }],
  ])('a recipe that %s: %s', async (what, code, recipe) => {
    const application = `acme/${what.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
    await rig.operator.command(DEV, RegisterApplication, {
      application,
      repository: join(rig.directory, 'good'),
      components: [{ name: 'a', recipe: { command: ['true'], outputs: ['out.txt'], ...recipe } }],
    });
    await rig.operator.command(DEV, CutCandidate, { application });
    const built = await rig.operator.until(ShowCandidate, { application, candidate: '0.1.0-rc1' }, (seen) => ['succeeded', 'failed', 'errored'].includes(seen?.build ?? ''));
    expect(built?.build).toBe('failed');
    expect(built?.reason?.code).toBe(code);
  }, 30_000);

  it('a second person that is the author, and an artifact that was altered on disk', async () => {
    await rig.operator.command(DEV, WriteReleasePlan, { plan: 'acme/good', application: 'acme/good', target: 'sre' });
    await rig.operator.command(SRE, WriteReleasePlanAdmission, {
      admission: 'sre/good',
      origin: 'acme',
      applications: ['good'],
      environments: [{ name: 'production', gates: [{ type: 'approval', count: 1 }], steps: [{ name: 'echo', type: 'run', command: ['echo', 'hello'] }] }],
    });
    await rig.operator.command(DEV, CutCandidate, { application: 'acme/good' });
    const candidate = await rig.operator.until(ShowCandidate, { application: 'acme/good', candidate: '0.1.0-rc1' }, (seen) => seen?.build === 'succeeded');
    const { release } = fact<{ release: string }>(await rig.operator.command(DEV, RequestRelease, { plan: 'acme/good', candidate: '0.1.0-rc1' }), 'ReleaseRequested');
    await rig.operator.until(ListReleases, { release }, ([row]) => row?.status === 'waiting');
    expect(await rig.operator.refusal(DEV, ApproveRelease, { release, environment: 'production' })).toBe('APPROVER_IS_AUTHOR');

    const blob = join(rig.directory, 'platform/artifacts/blobs/sha256', candidate!.artifacts[0]!.digest.replace('sha256:', ''));
    writeFileSync(blob, 'b\n');
    await rig.operator.command(SRE, ApproveRelease, { release, environment: 'production' });
    const [deployment] = await rig.operator.until(TargetHistory, { target: 'sre/production/acme/good' }, ([row]) => row?.endedAt != null);
    expect(deployment?.status).toBe('errored');
    expect(deployment?.reason?.code).toBe('ARTIFACT_ALTERED');
    expect(existsSync(join(rig.directory, 'platform/deployment/logs'))).toBe(false);
  }, 60_000);

  it('a malformed manifest names its file, its document and its faults, and nothing of it is applied', async () => {
    const file = join(rig.directory, 'bad.yaml');
    writeFileSync(file, 'apiVersion: slipway/v1\nkind: ReleasePlan\nmetadata: {workspace: acme, name: ok}\nspec: {application: acme/good, target: sre}\n---\napiVersion: slipway/v1\nkind: Application\nmetadata: {workspace: acme, name: bad}\nspec: {repository: relative/path, components: []}\n');
    const { code, stderr } = await slipway(['apply', '-f', file]);
    expect(code).toBe(2);
    expect(stderr).toContain('MALFORMED_MANIFEST');
    expect(stderr).toContain('bad.yaml');
    expect(stderr).toContain('repository');
    expect((await rig.operator.ask(ListPlans, {})).map((row) => row.plan)).not.toContain('acme/ok');
  });

  it('nothing of all this is missing in the record', async () => {
    const state = await rig.operator.ask(AuditState, {});
    expect(state.gaps).toBe(0);
    expect(readdirSync(join(rig.directory, 'platform/build/work')).length).toBe(0);
    expect(readFileSync(join(rig.directory, 'good/a.txt'), 'utf8')).toBe('a\n');
  });

  function slipway(args: string[]): Promise<{ code: number; stderr: string }> {
    // Without a token: nothing may be asked before all is read.
    const environment = { ...process.env, SLIPWAY_URL: rig.platform.connections.gateway };
    return new Promise((resolve) => {
      execFile(process.execPath, [join(ROOT, 'apps/cli/bin/slipway.js'), ...args], { env: environment }, (error, _stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stderr }));
    });
  }
});

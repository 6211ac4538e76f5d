import type { Grants } from '@slipway/identity';
import { listApplications } from './application.projection.js';
import { deploymentFailed, deploymentRequested, failed, PROD, registered, RELEASE, requested, rollbackHeld, rollbackRequested, spec, STAGING } from './facts.fixtures.js';
import { type Given, viewsOf } from './log.fixtures.js';
import { listPlans } from './plan.projection.js';
import { listReleases } from './release.reader.js';
import { Sight, sidesOfApplication, sidesOfRelease } from './sight.js';
import { environmentMatrix, targetHistory } from './target.reader.js';
import { releaseTimeline } from './timeline.projection.js';
import { waitingList } from './waiting.reader.js';

const plan = (name: string, target: string): Given => ({ type: 'ReleasePlanWritten', data: { plan: name, application: 'shop/web', target } });
const db = viewsOf(registered(), plan('shop/to-prod', 'sre'), plan('shop/to-lab', 'lab'), requested(), deploymentRequested(PROD, 'prod-1'));

/** What is seen of one application, its two plans, one release to `sre` and what waits of it. */
function seen(grants: Grants): object {
  const sight = new Sight(db, grants);
  return {
    applications: listApplications(db).filter(sight.application).length,
    plans: listPlans(db).filter(sight.plan).map(({ target }) => target),
    releases: listReleases(db, {}, sight.release).length,
    targets: environmentMatrix(db, {}).filter(sight.target).length,
    waiting: waitingList(db).filter(sight.waiting).map(({ kind }) => kind),
  };
}

const ALL = { applications: 1, plans: ['lab', 'sre'], releases: 1, targets: 1, waiting: ['release', 'deployment'] };

describe('what a caller sees', () => {
  it.each<[string, Grants, object]>([
    ['the tenant: all of its own, wherever it goes', { shop: ['viewer'] }, ALL],
    ['everybody with a role in all workspaces', { '*': ['viewer'] }, ALL],
    ['the managed workspace: what is on its way to it', { sre: ['operator'] }, { ...ALL, plans: ['sre'] }],
    ['another managed workspace: the application that names it, and no release to others', { lab: ['viewer'] }, { applications: 1, plans: ['lab'], releases: 0, targets: 0, waiting: [] }],
    ['another tenant: nothing', { bank: ['administrator'] }, { applications: 0, plans: [], releases: 0, targets: 0, waiting: [] }],
    ['nobody: nothing', {}, { applications: 0, plans: [], releases: 0, targets: 0, waiting: [] }],
  ])('%s', (_who, grants, expected) => expect(seen(grants)).toEqual(expected));

  it('of one object is a matter of its sides', () => {
    expect(sidesOfApplication(db, 'shop/web')).toEqual(['shop', 'lab', 'sre']);
    expect(sidesOfRelease(db, RELEASE)).toEqual(['shop', 'sre']);
    expect(sidesOfRelease(db, 'bank/none')).toEqual(['bank']);
  });

  it('comes as many as were asked for, though others were not seen', () => {
    const many = viewsOf(plan('shop/to-prod', 'sre'), requested('shop/web-1.0.0-rc1-a'), requested('bank/web-1.0.0-rc1-b'), requested('shop/web-1.0.0-rc1-c'));
    const sight = new Sight(many, { shop: ['viewer'] });
    expect(listReleases(many, { limit: 2 }, sight.release).map(({ release }) => release)).toEqual(['shop/web-1.0.0-rc1-c', 'shop/web-1.0.0-rc1-a']);
  });
});

describe('a value that is private in the managed workspace', () => {
  const VALUE = 'db.prod.internal';
  const steps = [{ name: 'migrate', type: 'run', command: ['x'], environment: { DB: 'db.${environment}.internal' }, privateVariables: ['DB'] }] as const;
  const words = `no answer from ${VALUE}`;
  const said = <T extends Given>(event: T, more: object): Given => ({ ...event, data: { ...event.data, ...more } }) as Given;
  const log = viewsOf(
    registered(),
    plan('shop/to-prod', 'sre'),
    requested(),
    said(deploymentRequested(PROD, 'prod-1'), { ...spec(PROD, 'prod-1'), steps }),
    said(deploymentFailed(PROD, 'prod-1'), { message: words }),
    said(failed('prod', 'prod-1'), { message: words }),
    said(rollbackRequested(PROD, 'prod-2', 'prod-0'), { reason: words }),
    said({ type: 'HoldPlaced', data: { target: PROD, reason: words, by: 'service:deployment' } }, {}),
    said(rollbackHeld(PROD, 'prod-2'), { reasons: [{ code: 'FROZEN', message: words }] }),
  );

  function told(grants: Grants): string[] {
    const sight = new Sight(log, grants);
    const answers: readonly (readonly object[])[] = [
      listReleases(log, {}).map(sight.tellRelease),
      targetHistory(log, { target: PROD }).map(sight.tellDeployment),
      environmentMatrix(log, {}).map(sight.tellTarget),
      waitingList(log).map(sight.tellWaiting),
      releaseTimeline(log, { release: RELEASE }).map(sight.tellEntry(RELEASE)),
    ];
    return answers.map((answer) => JSON.stringify(answer));
  }

  it.each<[string, Grants]>([
    ['the tenant', { shop: ['developer', 'administrator'] }],
    ['another managed workspace', { lab: ['operator'] }],
  ])('is not told to %s; the rest is', (_who, grants) => {
    for (const answer of told(grants)) {
      expect(answer).not.toContain(VALUE);
      expect(answer).toContain('no answer from [private]');
    }
  });

  it.each<[string, Grants]>([
    ['whoever has a role there', { sre: ['viewer'] }],
    ['whoever has a role everywhere', { '*': ['auditor'] }],
  ])('is told to %s', (_who, grants) => {
    for (const answer of told(grants)) expect(answer).toContain(words);
  });

  it('of one managed workspace is not hidden for what another tenant did there', () => {
    const sight = new Sight(log, { bank: ['viewer'] });
    expect(sight.tellTarget({ ...environmentMatrix(log, {})[0]!, target: STAGING.replace('shop', 'bank') }).hold?.reason).toBe(words);
  });
});

import type { Grants } from '@slipway/identity';
import { listApplications } from './application.projection.js';
import { deploymentRequested, PROD, registered, RELEASE, requested } from './facts.fixtures.js';
import { type Given, viewsOf } from './log.fixtures.js';
import { listPlans } from './plan.projection.js';
import { listReleases } from './release.reader.js';
import { Sight, sidesOfApplication, sidesOfRelease } from './sight.js';
import { environmentMatrix } from './target.reader.js';
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

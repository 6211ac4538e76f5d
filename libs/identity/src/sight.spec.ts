import { type Grants, hiddenFrom, SIDES, sightOf } from './index.js';

/** Of a tenant `shop` with plans to `sre` and `lab`, and a release to `sre`. */
const ROWS: Readonly<Record<string, readonly string[]>> = {
  application: SIDES.application('shop/web', ['sre', 'lab']),
  'plan to sre': SIDES.plan('shop/to-prod', 'sre'),
  'plan to lab': SIDES.plan('shop/to-lab', 'lab'),
  admission: SIDES.admission('sre/web', 'shop'),
  freeze: SIDES.freeze('sre/summer'),
  release: SIDES.release('shop/web-1.0.0-rc1-k3x9a', ['sre']),
  target: SIDES.target('sre/prod/shop/web'),
};
const BETWEEN_BOTH = Object.keys(ROWS).filter((row) => row !== 'freeze');

const seen = (grants: Grants): string[] => Object.entries(ROWS).filter(([, sides]) => sightOf(grants)(sides)).map(([row]) => row);

describe('who sees a row', () => {
  it.each<[string, Grants, readonly string[]]>([
    ['the tenant: all of its own, wherever it goes, and not the freezes there', { shop: ['viewer'] }, BETWEEN_BOTH],
    ['the managed workspace: what is its own, and what is on its way to it', { sre: ['operator'] }, Object.keys(ROWS).filter((row) => row !== 'plan to lab')],
    ['another managed workspace: the application and the plan that name it', { lab: ['viewer'] }, ['application', 'plan to lab']],
    ['another tenant: nothing', { bank: ['administrator'] }, []],
    ['who has a role in all workspaces: everything', { '*': ['viewer'] }, Object.keys(ROWS)],
    ['who has a workspace and no role there: nothing', { shop: [], sre: [] }, []],
    ['nobody: nothing', {}, []],
  ])('%s', (_who, grants, rows) => expect(seen(grants)).toEqual(rows));

  it.each(['constructor', '__proto__', 'toString', ''])('nobody sees what is in %p by accident', (workspace) => expect(sightOf({ shop: ['viewer'] })([workspace])).toBe(false));
});

describe('who is told a value that is private in a managed workspace', () => {
  const values = [
    { workspace: 'sre', value: 'db.prod' },
    { workspace: 'lab', value: 'db.lab' },
  ];

  it.each<[string, Grants, readonly string[]]>([
    ['who has a role there', { sre: ['viewer'] }, ['db.lab']],
    ['who has a role everywhere', { '*': ['auditor'] }, []],
    ['not the tenant whose release it was for', { shop: ['developer', 'administrator'] }, ['db.prod', 'db.lab']],
  ])('%s', (_who, grants, hidden) => expect(hiddenFrom(grants, values).map(({ value }) => value)).toEqual(hidden));
});

import type { SlipwayEvent } from '@slipway/query';
import { listAdmissions } from './admission.projection.js';
import { listApplications } from './application.projection.js';
import { APPLICATION, cut, registered } from './facts.fixtures.js';
import { listFreezes } from './freeze.projection.js';
import { viewsOf } from './log.fixtures.js';
import { listPlans } from './plan.projection.js';

type Fact<T extends SlipwayEvent['type']> = Extract<SlipwayEvent, { type: T }>;

const planWritten: Fact<'ReleasePlanWritten'> = { type: 'ReleasePlanWritten', data: { plan: 'shop/to-prod', application: APPLICATION, target: 'sre' } };
const match = { admission: 'sre/web', admissionRevision: 4, plan: 'shop/to-prod', planRevision: 0 };
const matched: Fact<'ReleasePlanMatched'> = { type: 'ReleasePlanMatched', data: { ...match, application: APPLICATION } };
const unmatched: Fact<'ReleasePlanUnmatched'> = { type: 'ReleasePlanUnmatched', data: { ...match, admissionRevision: 5 } };
const freeze = { freeze: 'sre/year-end', environments: ['prod'], from: '2026-12-20T00:00:00Z', until: null, reason: 'closing', by: 'person:sam' };
const declared: Fact<'FreezeDeclared'> = { type: 'FreezeDeclared', data: { ...freeze, holdsRollbacks: true } };

describe('applications', () => {
  const row = { application: APPLICATION, repository: '/git/web', mainline: 'main', components: ['api'], lastCandidate: null };

  it('are listed as they are now', () => {
    const changed: Fact<'ApplicationChanged'> = { type: 'ApplicationChanged', data: registered('/git/moved').data };
    expect(listApplications(viewsOf(registered()))).toEqual([row]);
    expect(listApplications(viewsOf(registered(), cut(), changed))).toEqual([{ ...row, repository: '/git/moved', lastCandidate: '1.0.0-rc1' }]);
  });
});

describe('plans', () => {
  const row = { plan: 'shop/to-prod', application: APPLICATION, target: 'sre', revision: 0, matches: [] };

  it('are listed with the revision at which they were written last', () => {
    expect(listPlans(viewsOf(planWritten, { ...planWritten, revision: 3 }))).toEqual([{ ...row, revision: 3 }]);
  });

  it('show the admissions that they are matched with', () => {
    expect(listPlans(viewsOf(planWritten, matched))).toEqual([{ ...row, matches: [{ admission: 'sre/web', planRevision: 0, admissionRevision: 4 }] }]);
    expect(listPlans(viewsOf(planWritten, matched, unmatched))).toEqual([row]);
  });
});

describe('admissions', () => {
  it('are listed with their environments in order', () => {
    const environments = ['staging', 'prod'].map((name) => ({ name, gates: [], steps: [] }));
    const written: Fact<'ReleasePlanAdmissionWritten'> = { type: 'ReleasePlanAdmissionWritten', data: { admission: 'sre/web', origin: 'shop', applications: ['web'], environments } };
    expect(listAdmissions(viewsOf({ ...written, revision: 2 }))).toEqual([
      { admission: 'sre/web', origin: 'shop', applications: ['web'], environments: ['staging', 'prod'], revision: 2 },
    ]);
  });
});

describe('freezes', () => {
  it('are listed until they are lifted', () => {
    expect(listFreezes(viewsOf(declared))).toEqual([{ ...freeze, holdsRollbacks: true }]);
    expect(listFreezes(viewsOf(declared, { type: 'FreezeLifted', data: { freeze: 'sre/year-end', reason: 'done', by: 'person:sam' } }))).toEqual([]);
  });
});

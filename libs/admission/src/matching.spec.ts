import { admission, thing } from './admission.fixtures.js';
import { matchPlan } from './matching.js';

const plan = thing;
const named = { ...thing, admission: 'web' };
const others = admission('sre/web', 0, [], ['api', 'worker']);

describe('matching', () => {
  it('finds the one admission that names origin and application', () => {
    const match = admission('sre/web', 4);
    expect(matchPlan(plan, [match, admission('ops/web'), others])).toEqual({ matched: match });
  });

  it('waits when no admission of the target does', () => {
    const foreign = { ...admission(), spec: { ...admission().spec, origin: 'other' } };
    expect(matchPlan(plan, [foreign, others, admission('ops/web')])).toEqual({
      waiting: [{ code: 'NO_ADMISSION', message: 'no admission in sre admits shop/web; ask sre to write one that names it' }],
    });
  });

  it('waits when several do, says which, and how to choose', () => {
    expect(matchPlan(plan, [admission('sre/web'), admission('sre/all')])).toEqual({
      waiting: [{ code: 'AMBIGUOUS_ADMISSION', message: 'sre/all and sre/web all admit shop/web; name one of them as "admission" in plan shop/web-to-sre' }],
    });
  });

  it('heeds the name that the plan gives', () => {
    expect(matchPlan(named, [admission('sre/all'), admission('sre/web')])).toEqual({ matched: admission('sre/web') });
  });

  it('waits when the named one is not written, or names others', () => {
    expect(matchPlan(named, [admission('sre/all')])).toMatchObject({ waiting: [{ code: 'NO_ADMISSION' }] });
    expect(matchPlan(named, [others])).toEqual({
      waiting: [
        {
          code: 'ADMISSION_NAMES_OTHERS',
          message: 'admission sre/web admits shop/api, shop/worker, not shop/web; ask sre to add it, or name another admission in plan shop/web-to-sre',
        },
      ],
    });
  });
});

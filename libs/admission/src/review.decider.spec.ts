import { admission, CAROL, DAVE, environment, freeze, policy, PRODUCTION, rollback, rule, snapshot, STAGING, step } from './admission.fixtures.js';
import { specFor } from './given.fixtures.js';
import { reviewDecider } from './review.decider.js';
import {
  admitted,
  approval,
  approve,
  awaited,
  BEFORE_PRODUCTION,
  close,
  closed,
  entered,
  evaluate,
  held,
  match,
  matched,
  open,
  opened,
  pins,
  promote,
  reject,
  verified,
  verify,
} from './review.fixtures.js';

const given = specFor(reviewDecider);
const IN_STAGING = [opened(), matched(), entered('staging')];
const noAdmission = { code: 'NO_ADMISSION', message: 'no admission in sre admits shop/web; ask sre to write one that names it' };

describe('OpenReview', () => {
  it('opens once', () => {
    expect(given().when(open())).toEqual([opened()]);
    expect(given(opened()).when(open())).toEqual([]);
  });
});

describe('MatchRelease', () => {
  it('pins the admission and enters its first environment', () => {
    expect(given(opened()).when(match(admission()))).toEqual([matched(), entered('staging')]);
  });

  it('waits with the reason, and says it once', () => {
    expect(given(opened()).when(match())).toEqual([awaited(noAdmission)]);
    expect(given(opened(), awaited(noAdmission)).when(match())).toEqual([]);
    expect(given(opened(), awaited(noAdmission)).when(match(admission(), admission('sre/all')))).toMatchObject([
      { type: 'MatchAwaited', data: { reasons: [{ code: 'AMBIGUOUS_ADMISSION' }] } },
    ]);
  });

  it('changes nothing while the same admission stands', () => {
    expect(given(...IN_STAGING).when(match(admission()))).toEqual([]);
  });

  it('pins the admission anew when it was written again', () => {
    const next = admission('sre/web', 4);
    expect(given(...IN_STAGING).when(match(next))).toEqual([matched(next)]);
  });

  it('waits when the consent was taken back on the way', () => {
    expect(given(...IN_STAGING).when(match(admission('sre/web', 4, undefined, ['api'])))).toEqual([awaited(noAdmission)]);
  });

  it('goes through an environment that was put before the one it stands at', () => {
    const next = admission('sre/web', 4, [STAGING, environment('canary'), PRODUCTION]);
    expect(given(...BEFORE_PRODUCTION).when(match(next))).toEqual([matched(next), entered('canary')]);
  });

  it('lets a deployment under way end first', () => {
    const next = admission('sre/web', 4, [environment('canary'), STAGING, PRODUCTION]);
    const underway = [...IN_STAGING, admitted('staging')];
    expect(given(...underway).when(match(next))).toEqual([]);
    expect(given(...underway).when(match())).toEqual([]);
    expect(given(...underway, verified('staging'), entered('production')).when(match(next))).toEqual([matched(next), entered('canary')]);
  });

  it('completes a release for which no environment is left', () => {
    const next = admission('sre/web', 4, [STAGING]);
    expect(given(...BEFORE_PRODUCTION).when(match(next))).toEqual([matched(next), closed('complete')]);
  });
});

describe('EvaluateReview', () => {
  it('admits with all that a deployment needs, and everything pinned', () => {
    expect(given(...IN_STAGING).when(evaluate())).toEqual([admitted('staging', { pins })]);
  });

  it('says who approved, what let each gate pass, and that it is the last environment', () => {
    expect(given(...BEFORE_PRODUCTION, approval(CAROL), approval(DAVE)).when(evaluate())).toEqual([
      admitted('production', {
        approvedBy: [CAROL, DAVE],
        gates: [
          { gate: 'freeze', outcome: 'passed' },
          { gate: 'upstream-verified', outcome: 'passed' },
          { gate: 'approval', outcome: 'passed' },
        ],
      }),
    ]);
  });

  it('takes what happens on failure from the admission', () => {
    const careful = admission('sre/web', 0, [{ ...STAGING, onFailure: 'rollback' }, PRODUCTION]);
    expect(given(...IN_STAGING).when(evaluate({ admission: careful }))).toMatchObject([{ data: { onFailure: 'rollback' } }]);
  });

  it('holds, and says so again only when the reasons changed', () => {
    const two = { code: 'APPROVAL_MISSING', at: 'approval', message: '2 more approvals needed for production (0 of 2), from people other than person:alice and person:bob' };
    const one = { ...two, message: '1 more approval needed for production (1 of 2), from people other than person:alice and person:bob' };
    expect(given(...BEFORE_PRODUCTION).when(evaluate())).toEqual([held('production', two)]);
    expect(given(...BEFORE_PRODUCTION, held('production', two)).when(evaluate())).toEqual([]);
    expect(given(...BEFORE_PRODUCTION, held('production', two), approval(CAROL)).when(evaluate())).toEqual([held('production', one)]);
  });

  it('denies with codes, and ends', () => {
    const strict = admission('sre/web', 0, [environment('staging', { gates: [policy(rule('snapshot.commit == "x"', { code: 'WRONG_COMMIT' }))] }), PRODUCTION]);
    expect(given(...IN_STAGING).when(evaluate({ admission: strict }))).toMatchObject([
      { type: 'ReviewDenied', data: { environment: 'staging', reasons: [{ code: 'WRONG_COMMIT', at: 'policy/house' }], pins } },
      { type: 'ReviewClosed', data: { reason: 'denied' } },
    ]);
  });

  describe('of an admission that lists trust', () => {
    const trusting = { ...admission(), spec: { ...admission().spec, trust: { builders: ['b'], keys: [{ publicKey: 'k' }] } } };
    const finding = { digest: snapshot.provenance, keys: ['sha256:aa'], reasons: [] };
    const provenance = { digest: snapshot.provenance, keys: ['sha256:aa'] };

    it('pins the provenance that was verified, and the keys that counted', () => {
      expect(given(...IN_STAGING).when(evaluate({ admission: trusting, finding }))).toMatchObject([
        { type: 'ReviewAdmitted', data: { gates: [{ gate: 'freeze' }, { gate: 'provenance', outcome: 'passed' }], pins: { ...pins, provenance } } },
      ]);
    });

    it('denies with what was found, pinned as well', () => {
      const reasons = [{ code: 'PROVENANCE_SOURCE_MISMATCH', message: 'from elsewhere' }];
      expect(given(...IN_STAGING).when(evaluate({ admission: trusting, finding: { ...finding, reasons } }))).toMatchObject([
        { type: 'ReviewDenied', data: { reasons: [{ ...reasons[0], at: 'provenance' }], pins: { ...pins, provenance } } },
        { type: 'ReviewClosed', data: { reason: 'denied' } },
      ]);
    });

    it('waits when nothing was found out, and never lets that pass', () => {
      expect(given(...IN_STAGING).when(evaluate({ admission: trusting }))).toMatchObject([{ type: 'ReviewHeld', data: { reasons: [{ code: 'PROVENANCE_NOT_READ', at: 'provenance' }] } }]);
    });
  });

  it('decides nothing by an admission that was written again since it matched', () => {
    expect(given(...IN_STAGING).when(evaluate({ admission: admission('sre/web', 4) }))).toEqual([]);
  });

  it.each([
    ['opened', []],
    ['matched', [opened(), awaited(noAdmission)]],
    ['undecided', [...IN_STAGING, admitted('staging')]],
    ['open', [...IN_STAGING, closed('cancelled')]],
  ])('does nothing when the review is not %s', (_, events) => {
    expect(given(...events).when({ ...evaluate(), facts: null })).toEqual([]);
  });
});

it('goes through an environment whose name every object has', () => {
  const odd = admission('sre/web', 0, [environment('constructor')]);
  expect(given(opened(), matched(odd), entered('constructor')).when(evaluate({ admission: odd }))).toMatchObject([{ type: 'ReviewAdmitted', data: { environment: 'constructor' } }]);
});

describe('RecordVerified', () => {
  it('enters the next environment', () => {
    expect(given(...IN_STAGING, admitted('staging')).when(verify('staging'))).toEqual([verified('staging'), entered('production')]);
  });

  it('completes the review after the last', () => {
    expect(given(...BEFORE_PRODUCTION, admitted('production')).when(verify('production'))).toEqual([verified('production'), closed('complete')]);
  });

  it('is recorded once', () => {
    expect(given(...BEFORE_PRODUCTION).when(verify('staging'))).toEqual([]);
  });

  it('never takes for a success what was not admitted', () => {
    expect(given(...IN_STAGING).refuses(verify('staging'))).toBe('ENVIRONMENT_NOT_READY');
    expect(given(...IN_STAGING, admitted('staging')).refuses(verify('staging', 'sha256:other'))).toBe('ENVIRONMENT_NOT_READY');
    expect(given().refuses(verify('staging'))).toBe('REVIEW_NOT_FOUND');
  });
});

describe('CloseReview', () => {
  it('closes once', () => {
    expect(given(...IN_STAGING).when(close('cancelled'))).toEqual([closed('cancelled')]);
    expect(given(...IN_STAGING, closed('cancelled')).when(close('failed'))).toEqual([]);
  });

  it('fails before the review is open, so that the store brings it back', () => {
    expect(given().refuses(close('failed'))).toBe('REVIEW_NOT_FOUND');
  });
});

describe('after the end', () => {
  const ended = [...BEFORE_PRODUCTION, closed('cancelled')];

  it.each([open(), match(), match(admission()), evaluate(), verify('production'), close('failed')])('$type changes nothing', (command) => {
    expect(given(...ended).when(command)).toEqual([]);
  });

  it.each([approve(CAROL), reject(CAROL), promote('production')])('$type is refused', (command) => {
    expect(given(...ended).refuses(command)).toBe('REVIEW_ENDED');
  });
});

describe('a rollback', () => {
  const before = [opened(rollback)];
  const { subject } = rollback;

  it('is admitted with its own steps, by what the admission says today', () => {
    const today = admission('sre/web', 8, [STAGING, { ...PRODUCTION, promotion: 'manual', onFailure: 'rollback' }]);
    expect(given(...before).when(evaluate({ admission: today }))).toEqual([
      admitted('production', { subject, steps: [step('pinned')], onFailure: 'stop', final: false, pins: { ...pins, admissionRevision: 8 } }),
      { type: 'ReviewClosed', data: { subject, reason: 'complete' } },
    ]);
  });

  it('passes a freeze, unless the freeze holds rollbacks', () => {
    expect(given(...before).when(evaluate({ freezes: [freeze()] }))).toMatchObject([{ type: 'ReviewAdmitted' }, { type: 'ReviewClosed' }]);
    expect(given(...before).when(evaluate({ freezes: [freeze({ holdsRollbacks: true })] }))).toMatchObject([{ type: 'ReviewHeld', data: { subject, reasons: [{ code: 'FROZEN' }] } }]);
  });

  it.each([
    ['its environment', admission('sre/web', 8, [STAGING])],
    ['its application', admission('sre/web', 8, undefined, ['api'])],
  ])('is denied when %s is no longer admitted', (_, today) => {
    expect(given(...before).when(evaluate({ admission: today }))).toMatchObject([
      { type: 'ReviewDenied', data: { subject, environment: 'production', reasons: [{ code: 'ENVIRONMENT_NOT_ADMITTED' }] } },
      { type: 'ReviewClosed', data: { reason: 'denied' } },
    ]);
  });

  it('needs no match', () => {
    expect(given(...before).when(match(admission()))).toEqual([]);
  });
});

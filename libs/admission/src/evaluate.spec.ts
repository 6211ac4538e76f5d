import { context, environment, exception, freeze, minutesAfter, NOON, policy, rollback, rule } from './admission.fixtures.js';
import { evaluate } from './evaluate.js';
import type { RuleContext } from './rules/rule.js';

const strict = environment('production', {
  promotion: 'manual',
  gates: [{ type: 'approval', count: 1 }, { type: 'upstream-verified' }, policy(rule('false', { code: 'NEVER' }))],
});
const open = environment('production');
const codes = (found: ReturnType<typeof evaluate>) => ('reasons' in found ? found.reasons.map(({ code }) => code) : []);
const frozen: Partial<RuleContext> = { freezes: [freeze()] };

describe('evaluate', () => {
  it('admits an environment without gates, and says that the freeze was asked', () => {
    expect(evaluate(open, context(), [])).toEqual({ outcome: 'admit', gates: [{ gate: 'freeze', outcome: 'passed' }] });
  });

  it('collects the reasons of all gates that wait, each with its gate', () => {
    const waiting = environment('production', { promotion: 'manual', gates: [{ type: 'approval', count: 1 }, { type: 'upstream-verified' }] });
    const found = evaluate(waiting, context(frozen), []);
    expect(found).toMatchObject({
      outcome: 'hold',
      reasons: [
        { code: 'PROMOTION_MANUAL', at: 'promotion' },
        { code: 'FROZEN', at: 'freeze' },
        { code: 'APPROVAL_MISSING', at: 'approval' },
        { code: 'NOT_VERIFIED_UPSTREAM', at: 'upstream-verified' },
      ],
    });
  });

  it('denies with the reasons of the denial alone: what waits beside it no longer matters', () => {
    expect(evaluate(strict, context(frozen), [])).toEqual({ outcome: 'deny', reasons: [{ code: 'NEVER', message: 'not so', at: 'policy/house' }] });
  });

  it('holds for a freeze, listed or not, and asks it once', () => {
    expect(codes(evaluate(open, context(frozen), []))).toEqual(['FROZEN']);
    expect(codes(evaluate(environment('production', { gates: [{ type: 'freeze' }] }), context(frozen), []))).toEqual(['FROZEN']);
  });

  it('lets an exception stand in for its gate, and names it', () => {
    expect(evaluate(open, context(frozen), [exception()])).toEqual({
      outcome: 'admit',
      gates: [{ gate: 'freeze', outcome: 'excepted', exception: 'sre/let-it-in' }],
    });
  });

  it('does not spend an exception on a gate that passes', () => {
    expect(evaluate(open, context(), [exception()])).toMatchObject({ gates: [{ outcome: 'passed' }] });
  });

  it('lets an exception stand in for a policy that denies, and for nothing else', () => {
    const found = evaluate(strict, context({ promoted: true }), [exception({ gate: 'policy' })]);
    expect(codes(found)).toEqual(['APPROVAL_MISSING', 'NOT_VERIFIED_UPSTREAM']);
  });

  it.each([
    ['another release', { release: 'shop/web-1.7.0-rc1-zz9zz' }],
    ['another environment', { environment: 'staging' }],
    ['another gate', { gate: 'policy' as const }],
    ['a time that is over', { until: NOON }],
  ])('ignores an exception for %s', (_, other) => {
    expect(codes(evaluate(open, context(frozen), [exception(other)]))).toEqual(['FROZEN']);
  });

  it('heeds an exception until its end', () => {
    expect(evaluate(open, context(frozen), [exception({ until: minutesAfter(1) })]).outcome).toBe('admit');
  });

  it('asks for provenance in every environment, also of a rollback, once its admission lists trust; no exception helps', () => {
    const reason = { code: 'PROVENANCE_UNSIGNED', message: 'it is not in a signed envelope' };
    const untrusted = { finding: { digest: 'sha256:9f', keys: [], reasons: [reason] } };
    const denied = { outcome: 'deny', reasons: [{ ...reason, at: 'provenance' }] };
    expect(evaluate(open, context(untrusted), [exception({ gate: 'policy' }), exception()])).toEqual(denied);
    expect(evaluate(open, context({ ...untrusted, thing: rollback }), [])).toEqual(denied);
    const trusted = { finding: { digest: 'sha256:9f', keys: ['sha256:aa'], reasons: [] } };
    expect(evaluate(open, context(trusted), [])).toMatchObject({ outcome: 'admit', gates: [{ gate: 'freeze' }, { gate: 'provenance', outcome: 'passed' }] });
  });

  it('asks a rollback for freezes and policy alone', () => {
    expect(codes(evaluate(strict, context({ thing: rollback, ...frozen }), []))).toEqual(['NEVER']);
    const lenient = { ...strict, gates: [...strict.gates.slice(0, 2), policy(rule('true'))] };
    expect(evaluate(lenient, context({ thing: rollback, ...frozen }), [])).toEqual({
      outcome: 'admit',
      gates: [
        { gate: 'freeze', outcome: 'passed' },
        { gate: 'policy/house', outcome: 'passed' },
      ],
    });
  });
});

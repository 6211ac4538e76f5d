import { context, policy, rollback, rule } from '../admission.fixtures.js';
import type { PolicyRule } from '../gate.js';
import { policyRule } from './policy.rule.js';
import type { RuleContext } from './rule.js';

const ask = (rules: PolicyRule[], more: Partial<RuleContext> = {}) => policyRule({ ...context(more), gate: policy(...rules) });
const holds = (expression: string, more: Partial<RuleContext> = {}) => ask([rule(expression)], more).outcome === 'pass';

const provenance = { statement: { predicateType: 'https://slsa.dev/provenance/v1', predicate: { buildDefinition: { externalParameters: { ref: 'main' } }, count: 3 } } };

describe('the policy gate', () => {
  it.each([
    'release.author == "person:alice" && release.workspace == "shop" && release.kind == "release"',
    'release.candidate.startsWith("1.8.") && release.plan == "shop/web-to-sre" && release.application == "shop/web"',
    'snapshot.digest == "sha256:5a" && snapshot.commit.size() == 6',
    'snapshot.components.all(c, c.artifacts.all(a, a.size < 1000)) && snapshot.components.exists(c, c.name == "api")',
    'provenance.predicate.buildDefinition.externalParameters.ref in ["main", "stable"] && provenance.predicate.count == 3',
    'has(provenance.predicateType) && !has(provenance.nothing)',
    'environment.name == "production" && environment.workspace == "sre"',
    'time.getHours() == 12 && time.getHours("Europe/Berlin") == 13 && time.getDayOfWeek() == 1',
    'time > timestamp("2026-01-01T00:00:00Z") && time + duration("1h") > time',
  ])('may ask %s', (expression) => {
    expect(holds(expression, { provenance })).toBe(true);
  });

  it('tells a rollback from a release', () => {
    expect(holds('release.kind == "rollback"', { thing: rollback })).toBe(true);
  });

  it('denies with the code and the words of every rule that is false', () => {
    const rules = [rule('true'), rule('false', { code: 'WRONG_BRANCH', message: 'cut from main' }), rule('1 > 2', { code: 'TOO_BIG', message: 'make it smaller' })];
    expect(ask(rules)).toEqual({
      outcome: 'deny',
      reasons: [
        { code: 'WRONG_BRANCH', message: 'cut from main' },
        { code: 'TOO_BIG', message: 'make it smaller' },
      ],
    });
  });

  it('waits where the rule says so, unless another one denies', () => {
    const late = rule('time.getHours() < 12', { code: 'ONLY_MORNINGS', otherwise: 'wait' });
    expect(ask([late])).toMatchObject({ outcome: 'wait', reasons: [{ code: 'ONLY_MORNINGS' }] });
    expect(ask([late, rule('false', { code: 'NEVER' })])).toMatchObject({ outcome: 'deny', reasons: [{ code: 'NEVER' }] });
  });

  it.each([
    ['a member that is not there', 'provenance.predicate.nothing == 1', 'No such key: nothing'],
    ['an answer that is no boolean', 'provenance.predicateType', 'must be true or false'],
    ['a zone that is not one', 'time.getHours("Mars/Base") == 1', 'Mars/Base'],
  ])('denies when it meets %s, with the words of CEL', (_, expression, words) => {
    const verdict = ask([rule(expression)], { provenance });
    expect(verdict).toMatchObject({ outcome: 'deny', reasons: [{ code: 'POLICY_NOT_EVALUATED', message: expect.stringMatching(`^RULE could not be evaluated: .*${words}.*$`) as string }] });
  });

  it('waits for a provenance that cannot be read now, where a rule needs it', () => {
    const unreadable = { provenance: { unreadable: 'disk' } };
    expect(ask([rule('provenance.predicate.count == 3')], unreadable)).toMatchObject({ outcome: 'wait', reasons: [{ code: 'PROVENANCE_NOT_READ' }] });
    expect(ask([rule('true')], unreadable).outcome).toBe('pass');
  });
});

import { fold, SlipwayError } from '@slipway/kernel';
import { admission, CAROL, NOON, policy, PRODUCTION, rule, STAGING } from './admission.fixtures.js';
import { specFor } from './given.fixtures.js';
import type { RecordMatch, RecordUnmatch } from './reactor.commands.js';
import { type ReleasePlanAdmissionCommand, releasePlanAdmissionDecider } from './release-plan-admission.decider.js';
import type { ReleasePlanAdmissionEvent, ReleasePlanAdmissionSpec } from './release-plan-admission.events.js';

const given = specFor(releasePlanAdmissionDecider);
const { spec } = admission();
const by = { actor: CAROL, at: NOON };
const plan = 'shop/web-to-sre';

const write = (data: ReleasePlanAdmissionSpec): ReleasePlanAdmissionCommand => ({
  type: 'WriteReleasePlanAdmission',
  data: { ...data, applications: [...data.applications], environments: [...data.environments] },
  ...by,
});
const written = (data: ReleasePlanAdmissionSpec = spec): ReleasePlanAdmissionEvent => ({ type: 'ReleasePlanAdmissionWritten', data });
const match = (planRevision: number): RecordMatch => ({ type: 'RecordMatch', data: { plan, planRevision, application: 'shop/web' }, ...by });
const unmatch = (planRevision: number): RecordUnmatch => ({ type: 'RecordUnmatch', data: { plan, planRevision }, ...by });
const matched = (planRevision: number, admissionRevision: number): ReleasePlanAdmissionEvent => ({
  type: 'ReleasePlanMatched',
  data: { admission: 'sre/web', admissionRevision, plan, planRevision, application: 'shop/web' },
});
const unmatched = (planRevision: number, admissionRevision: number): ReleasePlanAdmissionEvent => ({
  type: 'ReleasePlanUnmatched',
  data: { admission: 'sre/web', admissionRevision, plan, planRevision },
});
const wider = { ...spec, applications: ['web', 'api'] };

describe('WriteReleasePlanAdmission', () => {
  it('records what was written, first and later', () => {
    expect(given().when(write(spec))).toEqual([written()]);
    expect(given(written()).when(write(wider))).toEqual([written(wider)]);
  });

  it('records nothing when nothing changed, in whatever order its keys come', () => {
    expect(given(written()).when(write({ environments: [STAGING, PRODUCTION], applications: ['web'], origin: 'shop', admission: 'sre/web' }))).toEqual([]);
  });

  it('records the trust with it', () => {
    const trusting = { ...spec, trust: { builders: ['https://slipway.dev/builders/build/v1'], keys: [{ publicKey: 'MCow' }] } };
    expect(given(written()).when(write(trusting))).toEqual([written(trusting)]);
    expect(given(written(trusting)).when(write(trusting))).toEqual([]);
    expect(given(written(trusting)).when(write(spec))).toEqual([written()]);
  });

  it('takes the revision of the last writing for its own, not that of the matches after it', () => {
    expect(fold(releasePlanAdmissionDecider, [written(), matched(0, 0), written(wider), matched(0, 2)]).current).toEqual({ spec: wider, revision: 2 });
  });

  it('refuses policies that cannot be asked, all of them, each with its code and the words of the parser', () => {
    const gate = policy(
      rule('release.author ==', { code: 'HALF' }),
      rule('relaese.author == "x"', { code: 'MISSPELT' }),
      rule('release.autor == "x"', { code: 'NO_MEMBER' }),
      rule('release.author', { code: 'NO_ANSWER' }),
      rule('true', { code: 'FINE' }),
    );
    const command = write({ ...spec, environments: [{ ...STAGING, gates: [gate] }] });
    expect(given().refuses(command)).toBe('POLICY_INVALID');
    const refusal = catching(() => given().when(command));
    expect(refusal.reasons.map(({ code, message, at }) => [code, message.split('\n')[0], at])).toEqual([
      ['HALF', 'HALF: Unexpected token: EOF', 'staging/house'],
      ['MISSPELT', 'MISSPELT: Unknown variable: relaese', 'staging/house'],
      ['NO_MEMBER', 'NO_MEMBER: No such key: autor', 'staging/house'],
      ['NO_ANSWER', 'NO_ANSWER: must be true or false, but is of type string', 'staging/house'],
    ]);
  });
});

describe('matches', () => {
  it('are recorded with both revisions', () => {
    expect(given(written()).when(match(3))).toEqual([matched(3, 0)]);
  });

  it('are recorded once, and again when either side was written again', () => {
    expect(given(written(), matched(3, 0)).when(match(3))).toEqual([]);
    expect(given(written(), matched(3, 0)).when(match(4))).toEqual([matched(4, 0)]);
    expect(given(written(), matched(3, 0), written(wider)).when(match(3))).toEqual([matched(3, 2)]);
  });

  it('do not go back to an older plan when a delivery is late', () => {
    expect(given(written(), matched(3, 0)).when(match(2))).toEqual([]);
    expect(given(written(), matched(3, 0)).when(unmatch(2))).toEqual([]);
  });

  it('end once', () => {
    expect(given(written(), matched(3, 0)).when(unmatch(4))).toEqual([unmatched(4, 0)]);
    expect(given(written(), matched(3, 0), unmatched(4, 0)).when(unmatch(4))).toEqual([]);
    expect(given(written()).when(unmatch(4))).toEqual([]);
  });

  it('need an admission', () => {
    expect(given().refuses(match(0))).toBe('ADMISSION_NOT_FOUND');
  });
});

function catching(action: () => unknown): SlipwayError {
  try {
    action();
  } catch (error) {
    if (error instanceof SlipwayError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

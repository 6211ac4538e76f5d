import { fold } from '@slipway/kernel';
import { admission, ALICE, BOB, CAROL, DAVE, exception, thing } from './admission.fixtures.js';
import { specFor } from './given.fixtures.js';
import type { ApproveCommand } from './review.consent.js';
import { reviewDecider } from './review.decider.js';
import { admitted, approval, approve, awaited, BEFORE_PRODUCTION, closed, entered, matched, opened, pins, promote, promotion, reject } from './review.fixtures.js';

const given = specFor(reviewDecider);
const IN_STAGING = [opened(), matched(), entered('staging')];
const subject = { kind: 'release', release: 'shop/web-1.8.0-rc1-ab12c' };

describe('ApproveRelease', () => {
  it('counts from the match on, for an environment that was not reached yet', () => {
    expect(given(...IN_STAGING).when(approve(CAROL))).toEqual([approval(CAROL)]);
  });

  it('counts the same person once', () => {
    expect(given(...IN_STAGING, approval(CAROL)).when(approve(CAROL))).toEqual([]);
    expect(given(...IN_STAGING, approval(CAROL)).when(approve(DAVE))).toEqual([approval(DAVE)]);
  });

  it('keeps the comment', () => {
    const command = approve(CAROL);
    expect(given(...IN_STAGING).when({ ...command, data: { ...command.data, comment: 'fine' } })).toMatchObject([{ data: { comment: 'fine' } }]);
  });
});

describe.each([
  ['ApproveRelease', approve],
  ['RejectRelease', reject],
])('%s', (_, say) => {
  it.each([
    ['the author of the release', ALICE, 'APPROVER_IS_AUTHOR'],
    ['the author of the candidate', BOB, 'APPROVER_IS_AUTHOR'],
    ['a machine', 'machine:bot', 'APPROVER_NOT_A_PERSON'],
  ])('is refused to %s', (_who, actor, code) => {
    expect(given(...IN_STAGING).refuses(say(actor))).toBe(code);
  });

  it.each([
    ['there is no review', [], 'REVIEW_NOT_FOUND'],
    ['no admission answers yet', [opened(), awaited()], 'ENVIRONMENT_NOT_READY'],
    ['the admission has no such environment', [opened(), matched(admission('sre/web', 0, [])), entered('staging')], 'ENVIRONMENT_NOT_FOUND'],
    ['the environment was decided', [...BEFORE_PRODUCTION, admitted('production')], 'REVIEW_ENDED'],
    ['the review ended', [...BEFORE_PRODUCTION, closed('failed')], 'REVIEW_ENDED'],
  ])('is refused when %s', (_when, events, code) => {
    expect(given(...events).refuses(say(CAROL))).toBe(code);
  });
});

describe('who made a release has no word in it', () => {
  const written = [opened({ ...thing, changeAuthors: ['eve@example.org'] }), matched(), entered('staging')];
  const eve = 'person:eve';

  it('by the e-mail address of a commit', () => {
    expect(given(...written).refuses(approve(eve, 'production', { emails: ['other@example.org', 'Eve@Example.org'] }))).toBe('APPROVER_IS_AUTHOR');
    expect(given(...written).refuses({ ...reject(eve), emails: ['eve@example.org'] })).toBe('APPROVER_IS_AUTHOR');
    expect(given(...written).when(approve(eve, 'production', { emails: ['other@example.org'] }))).toEqual([approval(eve)]);
  });

  it('by an address for a name', () => {
    expect(given(...written).refuses(approve('person:Eve@example.org'))).toBe('APPROVER_IS_AUTHOR');
  });

  it('is told of what', () => {
    const refused = (more: Partial<ApproveCommand>, actor: string) => () => reviewDecider.decide(approve(actor, 'production', more), fold(reviewDecider, written));
    expect(refused({}, ALICE)).toThrow('person:alice requested the release');
    expect(refused({}, BOB)).toThrow('person:bob cut the candidate');
    expect(refused({ emails: ['eve@example.org'] }, eve)).toThrow('person:eve wrote a change in it (as eve@example.org)');
    expect(refused({ exceptions: [exception({ by: eve })] }, eve)).toThrow('person:eve wrote an exception');
  });

  it('nor has who wrote an exception for it there', () => {
    const exceptions = [exception({ by: CAROL })];
    expect(given(...IN_STAGING).refuses(approve(CAROL, 'production', { exceptions }))).toBe('APPROVER_IS_AUTHOR');
    expect(given(...IN_STAGING).when(approve(CAROL, 'staging', { exceptions }))).toEqual([approval(CAROL, 'staging')]);
    expect(given(...IN_STAGING).when(approve(DAVE, 'production', { exceptions }))).toEqual([approval(DAVE)]);
  });
});

describe('RejectRelease', () => {
  it('denies the release, with who said why, and what it was', () => {
    expect(given(...IN_STAGING).when(reject(CAROL))).toEqual([
      {
        type: 'ReviewDenied',
        data: { subject, environment: 'production', reasons: [{ code: 'REJECTED', message: 'person:carol rejected it: not on a Friday' }], pins, by: CAROL },
      },
      closed('denied'),
    ]);
  });
});

describe('PromoteRelease', () => {
  it('is recorded once, whoever asks', () => {
    expect(given(...BEFORE_PRODUCTION).when(promote('production'))).toEqual([promotion('production')]);
    expect(given(...BEFORE_PRODUCTION).when(promote('production', 'machine:bot'))).toEqual([promotion('production', 'machine:bot')]);
    expect(given(...BEFORE_PRODUCTION, promotion('production')).when(promote('production', DAVE))).toEqual([]);
  });

  it('is refused before the environment before it was verified', () => {
    expect(given(...IN_STAGING).refuses(promote('production'))).toBe('ENVIRONMENT_NOT_READY');
  });
});

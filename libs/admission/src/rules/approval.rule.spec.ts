import { ALICE, BOB, CAROL, context, DAVE } from '../admission.fixtures.js';
import { approvalRule } from './approval.rule.js';

const ask = (count: number, ...approvals: string[]) => approvalRule({ ...context({ approvals }), gate: { type: 'approval', count } });

describe('the approval gate', () => {
  it('passes with enough people', () => {
    expect(ask(2, CAROL, DAVE).outcome).toBe('pass');
  });

  it('waits, and says how many more and from whom not', () => {
    expect(ask(2, CAROL)).toEqual({
      outcome: 'wait',
      reasons: [{ code: 'APPROVAL_MISSING', message: '1 more approval needed for production (1 of 2), from people other than person:alice and person:bob' }],
    });
  });

  it.each([
    ['one person twice', [CAROL, CAROL]],
    ['the author of the release', [CAROL, ALICE]],
    ['the author of the candidate', [CAROL, BOB]],
  ])('does not count %s', (_, approvals) => {
    expect(ask(2, ...approvals).outcome).toBe('wait');
  });

  it('does not count who wrote an exception, before or after', () => {
    const found = approvalRule({ ...context({ approvals: [CAROL, DAVE], exceptedBy: [DAVE] }), gate: { type: 'approval', count: 2 } });
    expect(found).toMatchObject({ outcome: 'wait', reasons: [{ message: expect.stringContaining('person:dave') as string }] });
  });
});

import { context, freeze, minutesAfter, NOON, rollback } from '../admission.fixtures.js';
import { freezeWindowRule } from './freeze-window.rule.js';

describe('the freeze gate', () => {
  it.each([
    ['there is none', []],
    ['it is for another environment', [freeze({ environments: ['staging'] })]],
    ['it begins later', [freeze({ from: minutesAfter(1) })]],
    ['it ends now', [freeze({ until: NOON })]],
  ])('passes when %s', (_, freezes) => {
    expect(freezeWindowRule(context({ freezes })).outcome).toBe('pass');
  });

  it('names every freeze in force, who declared it, why, and until when', () => {
    const freezes = [freeze(), freeze({ freeze: 'sre/audit', from: NOON, until: minutesAfter(5) })];
    expect(freezeWindowRule(context({ freezes }))).toMatchObject({
      outcome: 'wait',
      reasons: [
        { code: 'FROZEN', message: expect.stringContaining('sre/spring of person:carol holds production until it is lifted (fair)') as string },
        { code: 'FROZEN', message: expect.stringContaining(`until ${minutesAfter(5)}`) as string },
      ],
    });
  });

  it('lets a rollback through, unless it says otherwise', () => {
    expect(freezeWindowRule(context({ thing: rollback, freezes: [freeze()] })).outcome).toBe('pass');
    expect(freezeWindowRule(context({ thing: rollback, freezes: [freeze({ holdsRollbacks: true })] })).outcome).toBe('wait');
  });
});

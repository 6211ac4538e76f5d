import { context, RELEASE } from '../admission.fixtures.js';
import { manualPromotionRule } from './manual-promotion.rule.js';

describe('manual promotion', () => {
  it('waits for somebody, and says what to promote where', () => {
    expect(manualPromotionRule(context())).toEqual({
      outcome: 'wait',
      reasons: [{ code: 'PROMOTION_MANUAL', message: `releases enter production by hand; promote ${RELEASE} to it` }],
    });
  });

  it('passes once somebody did', () => {
    expect(manualPromotionRule(context({ promoted: true })).outcome).toBe('pass');
  });
});

import { PASS, type RuleContext, type Verdict, wait } from './rule.js';

/** Somebody has promoted the release to an environment that is entered by hand. */
export function manualPromotionRule({ promoted, environment, thing }: RuleContext): Verdict {
  if (promoted) return PASS;
  return wait('PROMOTION_MANUAL', `releases enter ${environment} by hand; promote ${thing.subject.release} to it`);
}

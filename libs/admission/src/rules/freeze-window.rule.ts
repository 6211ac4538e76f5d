import type { Freeze } from '../freeze.events.js';
import { isWithin } from '../instant.js';
import type { ReasonCode } from '../reason-code.js';
import { PASS, type RuleContext, type Verdict } from './rule.js';

/** No freeze of the environment is in force. It holds in every environment; a rollback passes unless the freeze says otherwise. */
export function freezeWindowRule({ freezes, environment, thing, now }: RuleContext): Verdict {
  const inForce = freezes.filter(
    (freeze) =>
      freeze.environments.includes(environment) &&
      isWithin(now, freeze.from, freeze.until) &&
      (thing.subject.kind === 'release' || freeze.holdsRollbacks),
  );
  if (inForce.length === 0) return PASS;
  const code: ReasonCode = 'FROZEN';
  return { outcome: 'wait', reasons: inForce.map((freeze) => ({ code, message: sayWhatToDo(freeze, environment) })) };
}

function sayWhatToDo(freeze: Freeze, environment: string): string {
  const end = freeze.until === null ? 'until it is lifted' : `until ${freeze.until}`;
  return `freeze ${freeze.freeze} of ${freeze.by} holds ${environment} ${end} (${freeze.reason}); wait, lift it, or grant an exception for the freeze gate`;
}

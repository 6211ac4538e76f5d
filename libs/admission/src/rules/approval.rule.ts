import type { ApprovalGate } from '../gate.js';
import { type GateContext, PASS, type RuleContext, type Verdict, wait } from './rule.js';

/**
 * So many different people said yes, none of them an author, nor of an exception. They are refused when they approve;
 * counting leaves them out again, as an exception may be written after the approval.
 */
export function approvalRule({ gate, environment, ...context }: GateContext<ApprovalGate>): Verdict {
  const given = countedApprovals(context).length;
  if (given >= gate.count) return PASS;
  const missing = gate.count - given;
  return wait(
    'APPROVAL_MISSING',
    `${missing} more approval${missing === 1 ? '' : 's'} needed for ${environment} (${given} of ${gate.count}), from people other than ${unfit(context).join(' and ')}`,
  );
}

type Voices = Pick<RuleContext, 'approvals' | 'thing' | 'exceptedBy'>;

/** Distinct people whose word counts. */
export function countedApprovals(context: Voices): string[] {
  const others = unfit(context);
  return [...new Set(context.approvals)].filter((by) => !others.includes(by));
}

const unfit = ({ thing, exceptedBy }: Voices): string[] => [...new Set([thing.author, thing.candidateAuthor, ...exceptedBy])];

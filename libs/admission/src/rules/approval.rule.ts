import type { ApprovalGate } from '../gate.js';
import { type GateContext, PASS, type Verdict, wait } from './rule.js';

/** So many different people said yes, none of them an author. Authors are refused when they approve; counting leaves them out again. */
export function approvalRule({ gate, approvals, thing, environment }: GateContext<ApprovalGate>): Verdict {
  const given = new Set(approvals.filter((by) => by !== thing.author && by !== thing.candidateAuthor)).size;
  if (given >= gate.count) return PASS;
  const missing = gate.count - given;
  return wait(
    'APPROVAL_MISSING',
    `${missing} more approval${missing === 1 ? '' : 's'} needed for ${environment} (${given} of ${gate.count}), from people other than ${authors(thing)}`,
  );
}

const authors = (thing: { author: string; candidateAuthor: string }): string => [...new Set([thing.author, thing.candidateAuthor])].join(' and ');

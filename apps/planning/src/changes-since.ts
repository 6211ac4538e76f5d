import type { Mirror } from '@slipway/git';
import type { Candidate, CutFacts } from '@slipway/planning';

/** As many commits as one event carries. */
const MOST_CHANGES = 1_000;

/** What a commit has beyond the candidate before it; without one, all of its history. */
export async function changesSince(mirror: Mirror, previous: Candidate | undefined, commit: string): Promise<Pick<CutFacts, 'changes' | 'changeCount'>> {
  // An application that moved to another repository, or had its history rewritten, shares nothing with its last candidate.
  const from = previous && (await mirror.has(previous.commit)) ? previous.commit : null;
  const { commits, total } = await mirror.log(from, commit, MOST_CHANGES);
  return { changes: commits, changeCount: total };
}

import { type CommandAnswer, type ErrorCode, ERRORS, type Reason, SlipwayError } from '@slipway/kernel';
import { type CandidateContents, type DeploymentRow, ListReleases, type ReleaseRow, ShowCandidate, TargetHistory } from '@slipway/query/contract';
import { because } from '@slipway/query';
import { follow, type Followed } from './follow.js';
import type { Session } from './session.js';

/** Follows the build of a candidate and prints both. @throws SlipwayError what it failed with; TIMED_OUT */
export async function buildEnd(session: Session, answer: CommandAnswer, application: string, candidate: string): Promise<void> {
  const end = await followed(session, answer, {
    look: (after): Promise<CandidateContents | null> => session.query(ShowCandidate, { application, candidate, after }),
    // The build service may not have seen the candidate yet.
    progress: (row) => `build of ${application} ${candidate}: ${row === null ? 'unknown' : row.build === 'none' ? 'not begun' : row.build}`,
    ended: (row) => row !== null && ['succeeded', 'failed', 'errored'].includes(row.build),
  });
  session.output.answer(answer, end);
  if (end?.build !== 'succeeded') throw failure(`the build of ${application} ${candidate} ${end?.build}`, end?.reason ? [end.reason] : [], 'RECIPE_FAILED');
}

const RELEASE_ENDS: readonly ReleaseRow['status'][] = ['completed', 'denied', 'failed', 'errored', 'cancelled'];

/** Follows a release and prints how it ended. @throws SlipwayError REVIEW_DENIED, RELEASE_CANCELLED, what it failed with; TIMED_OUT */
export async function releaseEnd(session: Session, answer: CommandAnswer, release: string): Promise<void> {
  const end = await followed(session, answer, {
    look: async (after) => (await session.query(ListReleases, { release, after }))[0],
    progress: (row) => (row ? `release ${release}: ${row.status}${row.environment ? ` in ${row.environment}` : ''}${row.reasons.length > 0 ? `: ${because(row.reasons)}` : ''}` : `release ${release}: unknown`),
    ended: (row) => row !== undefined && RELEASE_ENDS.includes(row.status),
  });
  session.output.answer(answer, end);
  if (end && end.status !== 'completed') throw badEnd(`release ${release}`, end.status, end.environment, end.reasons);
}

/** Follows a rollback and prints how it ended. @throws as releaseEnd */
export async function rollbackEnd(session: Session, answer: CommandAnswer, target: string, deployment: string): Promise<void> {
  const end = await followed(session, answer, {
    look: async (after): Promise<DeploymentRow | undefined> => (await session.query(TargetHistory, { target, after })).find((row) => row.deployment === deployment),
    progress: (row) => `rollback ${deployment} of ${target}: ${row?.status ?? 'unknown'}`,
    ended: (row) => row !== undefined && row.endedAt !== null,
  });
  session.output.answer(answer, end);
  if (end && end.status !== 'succeeded') throw badEnd(`rollback ${deployment} of ${target}`, end.status, null, end.reason ? [end.reason] : []);
}

/** The command's own answer is printed as well when the end does not come: it names what was made. */
async function followed<T>(session: Session, answer: CommandAnswer, what: Followed<T>): Promise<T> {
  try {
    return await follow(session, answer.position, what);
  } catch (error) {
    session.output.answer(answer);
    throw error;
  }
}

function badEnd(what: string, status: string, environment: string | null, reasons: readonly Reason[]): SlipwayError {
  const text = `${what} ${status === 'failed' || status === 'errored' ? status : `was ${status}`}${environment === null ? '' : ` in ${environment}`}`;
  if (status === 'denied') return new SlipwayError('REVIEW_DENIED', text, reasons);
  if (status === 'cancelled') return new SlipwayError('RELEASE_CANCELLED', text, reasons);
  return failure(text, reasons, 'STEP_FAILED');
}

/** Work that failed always ends with exit code 1, whatever the code that it failed with would mean for a command. */
function failure(text: string, reasons: readonly Reason[], otherwise: ErrorCode): SlipwayError {
  const code = reasons[0]?.code ?? otherwise;
  const usable = Object.hasOwn(ERRORS, code) && ERRORS[code as ErrorCode].exit === 1;
  return new SlipwayError(usable ? (code as ErrorCode) : otherwise, text, reasons);
}

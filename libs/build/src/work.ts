import type { BuildSubject } from './build.events.js';
import type { BuildState } from './build.state.js';

/** An attempt that may be made now. */
export interface Work {
  readonly subject: BuildSubject;
  /** The number that the attempt will have. */
  readonly attempt: number;
}

/**
 * What a worker may take of a build at an instant: a build that nobody has, one whose lease has run out, or its own from
 * before a restart. Undefined: nothing. A worker must not ask for what it is building at the moment: by its name alone
 * it could not be told from its own earlier life.
 *
 * @param at ISO 8601
 */
export function nextWork(state: BuildState, worker: string, at: string): Work | undefined {
  if (state.phase === 'requested') return { subject: state.subject, attempt: state.attempt + 1 };
  if (state.phase !== 'running') return undefined;
  const free = state.worker === worker || Date.parse(state.leaseUntil) <= Date.parse(at);
  return free ? { subject: state.subject, attempt: state.attempt + 1 } : undefined;
}
